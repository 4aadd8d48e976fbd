import { type Measures, measure } from './metrics.ts'
import {
  type Classification,
  type Intent,
  INTENTS,
  SENTIMENTS,
  type Sentiment,
  URGENCIES,
  type Urgency,
} from './types.ts'

/** One object a head, as `classify evaluate` prints it; shares 0…1. */
export interface HeadReport {
  head: string
  n: number
  accuracy: number
  macroRecall: number
  macroF1: number
  /** rows are the truth, columns the answers, both in the order of `labels` */
  confusion: number[][]
  labels: string[]
  /** null where the head states no confidence */
  calibrationError: number | null
}

export interface Labelled {
  sentiment?: Sentiment
  intents?: Intent[]
  urgency?: Urgency
}

/** Reports for the heads that the labels speak of. */
export function evaluate(truth: readonly Labelled[], answers: readonly Classification[]): HeadReport[] {
  const pairs = truth.flatMap((one, i) => (answers[i] ? [{ truth: one, said: answers[i] }] : []))
  const out: HeadReport[] = []
  const tones = pairs.filter(({ truth: one }) => one.sentiment)
  if (tones.length > 0) {
    out.push(
      single(
        'sentiment',
        SENTIMENTS,
        tones.map((p) => p.truth.sentiment ?? ''),
        tones.map((p) => p.said.sentiment),
        tones.map((p) => p.said.confidence),
      ),
    )
  }
  const marked = pairs.filter(({ truth: one }) => one.intents)
  if (marked.length > 0)
    out.push(
      multiple(
        marked.map((p) => p.truth.intents ?? []),
        marked.map((p) => p.said),
      ),
    )
  const urgent = pairs.filter(({ truth: one }) => one.urgency)
  if (urgent.length > 0) {
    out.push(
      single(
        'urgency',
        URGENCIES,
        urgent.map((p) => p.truth.urgency ?? ''),
        urgent.map((p) => p.said.urgency),
      ),
    )
  }
  return out
}

function single(
  head: string,
  labels: readonly string[],
  truth: readonly string[],
  said: readonly string[],
  confidence?: readonly number[],
): HeadReport {
  const measures = measure(
    truth.map((label) => labels.indexOf(label)),
    said.map((label) => labels.indexOf(label)),
    labels.length,
  )
  const error = confidence
    ? calibrationError(
        confidence,
        said.map((label, i) => label === truth[i]),
      )
    : null
  return report(head, truth.length, labels, measures, error)
}

/** Each intent as a yes or no of its own; macro-F1 over the intents that occur, confusion as [no/no, no/yes, yes/no, yes/yes]. */
function multiple(truth: readonly (readonly Intent[])[], said: readonly Classification[]): HeadReport {
  const confusion: number[][] = []
  const f1: number[] = []
  const recall: number[] = []
  const confidence: number[] = []
  const right: boolean[] = []
  let exact = 0
  for (const label of INTENTS) {
    const yes = truth.map((list) => (list.includes(label) ? 1 : 0))
    const answers = said.map(({ intents }) => (intents.some((intent) => intent.label === label) ? 1 : 0))
    const m = measure(yes, answers, 2)
    confusion.push(m.confusion.flat())
    if (!yes.includes(1)) continue
    f1.push(m.f1[1] ?? 0)
    recall.push(m.recall[1] ?? 0)
  }
  said.forEach(({ intents }, i) => {
    const own = truth[i] ?? []
    if (own.length === intents.length && intents.every(({ label }) => own.includes(label))) exact++
    for (const intent of intents) {
      confidence.push(intent.confidence)
      right.push(own.includes(intent.label))
    }
  })
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(values.length, 1)
  return {
    head: 'intents',
    n: truth.length,
    accuracy: exact / truth.length,
    macroRecall: mean(recall),
    macroF1: mean(f1),
    confusion,
    labels: [...INTENTS],
    calibrationError: calibrationError(confidence, right),
  }
}

function report(head: string, n: number, labels: readonly string[], m: Measures, error: number | null): HeadReport {
  const { accuracy, macroRecall, macroF1, confusion } = m
  return { head, n, accuracy, macroRecall, macroF1, confusion, labels: [...labels], calibrationError: error }
}

/** Expected calibration error over ten equal steps of confidence: mean distance of confidence from the share right. */
export function calibrationError(confidence: readonly number[], right: readonly boolean[]): number {
  const bins = Array.from({ length: 10 }, () => ({ sure: 0, right: 0 }))
  confidence.forEach((c, i) => {
    const bin = bins[Math.min(9, Math.floor(c * 10))]
    if (!bin) return

    bin.sure += c
    if (right[i]) bin.right++
  })
  return bins.reduce((sum, { sure, right: hits }) => sum + Math.abs(sure - hits), 0) / Math.max(confidence.length, 1)
}

/** 95 % interval of a figure from 300 seeded resamples of the rows. */
export function bootstrap(
  truth: readonly number[],
  answers: readonly number[],
  figure: (truth: number[], answers: number[]) => number,
  rounds = 300,
): [low: number, high: number] {
  const values: number[] = []
  let state = 12_345
  for (let r = 0; r < rounds; r++) {
    const t: number[] = []
    const a: number[] = []
    for (let i = 0; i < truth.length; i++) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      const j = Math.floor((state / 4_294_967_296) * truth.length)
      t.push(truth[j] ?? 0)
      a.push(answers[j] ?? 0)
    }
    values.push(figure(t, a))
  }
  values.sort((x, y) => x - y)
  return [values[Math.floor(rounds * 0.025)] ?? 0, values[Math.floor(rounds * 0.975)] ?? 0]
}
