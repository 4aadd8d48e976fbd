export interface Measures {
  accuracy: number
  macroRecall: number
  macroF1: number
  recall: number[]
  f1: number[]
  confusion: number[][]
}

/** Shares 0…1; a class that occurs neither in truth nor in answers is left out of the means. */
export function measure(truth: readonly number[], answers: readonly number[], classes: number): Measures {
  const confusion = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0))
  for (let i = 0; i < truth.length; i++) {
    const row = confusion[truth[i] ?? 0]
    const k = answers[i] ?? 0
    if (row) row[k] = (row[k] ?? 0) + 1
  }
  const recall: number[] = []
  const f1: number[] = []
  let right = 0
  const seen: number[] = []
  for (let k = 0; k < classes; k++) {
    const hit = confusion[k]?.[k] ?? 0
    const own = (confusion[k] ?? []).reduce((a, b) => a + b, 0)
    const said = confusion.reduce((sum, row) => sum + (row[k] ?? 0), 0)
    right += hit
    recall.push(own ? hit / own : 0)
    f1.push(own + said ? (2 * hit) / (own + said) : 0)
    if (own) seen.push(k)
  }
  const mean = (values: readonly number[]): number =>
    seen.length ? seen.reduce((sum, k) => sum + (values[k] ?? 0), 0) / seen.length : 0
  return {
    accuracy: right / Math.max(truth.length, 1),
    macroRecall: mean(recall),
    macroF1: mean(f1),
    recall,
    f1,
    confusion,
  }
}
