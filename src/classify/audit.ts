import { middleOf, wilson, type Interval } from '../domain/interval.ts'
import { measure } from './metrics.ts'
import { SENTIMENTS, type Sentiment } from './types.ts'

export interface AuditedLabel {
  /** As it stood when the sample was drawn. */
  said: Sentiment
  /** What people found. */
  truth: Sentiment
}

export interface AuditFigures {
  n: number
  accuracy: number
  accuracyInterval: Interval
  macroF1: number
  macroF1Interval: Interval
  /** Rows are the truth, columns what was said, both in the order of SENTIMENTS. */
  confusion: number[][]
}

const resamples = 1000
const indexOf = (label: Sentiment): number => SENTIMENTS.indexOf(label)

/** Accuracy with Wilson's interval, macro-F1 with a bootstrap over the items. Undefined without labels. */
export function auditFigures(labels: readonly AuditedLabel[], random: () => number): AuditFigures | undefined {
  if (labels.length === 0) return undefined
  const truth = labels.map((one) => indexOf(one.truth))
  const said = labels.map((one) => indexOf(one.said))
  const { accuracy, macroF1, confusion } = measure(truth, said, SENTIMENTS.length)
  const right = labels.filter((one) => one.said === one.truth).length
  const drawn = bootstrap(labels.length, random, (picked) =>
    measureF1(
      picked.map((i) => truth[i] ?? 0),
      picked.map((i) => said[i] ?? 0),
    ),
  )
  return {
    n: labels.length,
    accuracy,
    accuracyInterval: wilson(right, labels.length),
    macroF1,
    macroF1Interval: middleOf(drawn) ?? { low: 0, high: 1 },
    confusion,
  }
}

const measureF1 = (truth: number[], said: number[]): number => measure(truth, said, SENTIMENTS.length).macroF1

export interface Agreement {
  n: number
  /** Share of items with the same label. */
  observed: number
  /** Cohen's kappa, -1…1; undefined where both gave one and the same label to everything. */
  kappa: number | undefined
  interval: Interval | undefined
}

/** How far two people agree beyond chance: Cohen (1960), interval by a bootstrap over the items. */
export function agreement(pairs: readonly (readonly [Sentiment, Sentiment])[], random: () => number): Agreement {
  const coded = pairs.map(([a, b]) => [indexOf(a), indexOf(b)] as const)
  const drawn = bootstrap(coded.length, random, (picked) => kappaOf(picked.flatMap((i) => coded.slice(i, i + 1))))
  const known = drawn.filter((kappa) => kappa !== undefined)
  return {
    n: pairs.length,
    observed: pairs.filter(([a, b]) => a === b).length / Math.max(1, pairs.length),
    kappa: kappaOf(coded),
    interval: middleOf(known),
  }
}

function kappaOf(pairs: readonly (readonly [number, number])[]): number | undefined {
  const n = pairs.length
  if (n === 0) return undefined
  const first = SENTIMENTS.map(() => 0)
  const second = SENTIMENTS.map(() => 0)
  let same = 0
  for (const [a, b] of pairs) {
    first[a] = (first[a] ?? 0) + 1
    second[b] = (second[b] ?? 0) + 1
    if (a === b) same++
  }
  const chance = first.reduce((sum, count, k) => sum + (count * (second[k] ?? 0)) / n ** 2, 0)
  return chance >= 1 ? undefined : (same / n - chance) / (1 - chance)
}

function bootstrap<T>(n: number, random: () => number, of: (picked: number[]) => T): T[] {
  if (n === 0) return []
  return Array.from({ length: resamples }, () => of(Array.from({ length: n }, () => Math.floor(random() * n))))
}

/** Fewer audited labels say too little about the errors to correct for them. */
export const leastAudited = 100

export interface CorrectedShare {
  measured: number
  corrected: number
  interval: Interval
}

/**
 * The true shares behind counted labels, by what an audit found behind each label: share(truth) is the sum over the
 * labels of share(label) · P(truth | label). This is the maximum-likelihood estimate of double sampling (Tenenbein,
 * JASA 1970) where the audit is a random sample of what was counted. Inverting the confusion matrix (Rogan and Gladen)
 * would be right too, but with three labels and a hundred audited items its intervals are two to three times as wide.
 * The interval is the middle 95 % of draws from the posterior with Jeffreys' prior. Undefined below `leastAudited`.
 */
export function correctShares(
  confusion: readonly (readonly number[])[],
  counts: Record<Sentiment, number>,
  random: () => number,
  draws = resamples,
): Record<Sentiment, CorrectedShare> | undefined {
  const audited = confusion.flat().reduce((sum, count) => sum + count, 0)
  const total = SENTIMENTS.reduce((sum, label) => sum + counts[label], 0)
  if (audited < leastAudited || total === 0) return undefined
  const measured = SENTIMENTS.map((label) => counts[label] / total)
  const estimate = sharesBehind(confusion, measured)
  const drawn = Array.from({ length: draws }, () =>
    sharesBehind(
      confusion.map((row) => row.map((count) => drawGamma(count + 0.5, random))),
      measured,
    ),
  )
  const entries = SENTIMENTS.map((label, k): [Sentiment, CorrectedShare] => [
    label,
    {
      measured: measured[k] ?? 0,
      corrected: estimate[k] ?? 0,
      interval: middleOf(drawn.map((draw) => draw[k] ?? 0)) ?? { low: 0, high: 1 },
    },
  ])
  return Object.fromEntries(entries) as Record<Sentiment, CorrectedShare> // one entry for each label
}

/** A label that the audit never met keeps its share: nothing is known against it. */
function sharesBehind(confusion: readonly (readonly number[])[], measured: readonly number[]): number[] {
  const columns = measured.map((_, said) => confusion.reduce((sum, row) => sum + (row[said] ?? 0), 0))
  return measured.map((_, truth) =>
    measured.reduce((sum, share, said) => {
      const column = columns[said] ?? 0
      const behind = column > 0 ? (confusion[truth]?.[said] ?? 0) / column : Number(truth === said)
      return sum + share * behind
    }, 0),
  )
}

/** Marsaglia and Tsang (2000); shape 0.5 or more. */
function drawGamma(shape: number, random: () => number): number {
  if (shape < 1) return drawGamma(shape + 1, random) * (1 - random()) ** (1 / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = drawNormal(random)
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
  }
}

function drawNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
