import { decodeBundle, encodeBundle } from '../artefact.ts'
import { Convolution } from '../convolution.ts'
import { CUE_COUNT } from '../cues.ts'
import { Engine, squashLogit } from '../engine.ts'
import { Featuriser } from '../features.ts'
import { intentSize, MARKED, readIntentInputs } from '../intents.ts'
import { parseLexicon } from '../lexicon.ts'
import { SIGNAL_COUNT } from '../signals.ts'
import { measure } from '../metrics.ts'
import { type Kind, SENTIMENTS } from '../types.ts'
import { makeRandom, readSplit, type Row } from './data.ts'
import { intentPrior } from './intentPrior.ts'
import { type Example, type Linear, scoreLinear, trainLinear } from './linear.ts'

/** What one text tells the intent heads: 1 or 0 by intent, undefined where its data set does not say. */
export interface IntentRow {
  dense: Float32Array
  truth: (0 | 1 | undefined)[]
  weight: number
  /** labelled by hand after the definitions of the nine intents */
  byHand: boolean
  /** how much its answer counts when thresholds are chosen */
  judge: number
}

export interface Probe {
  read(text: string, kind: Kind): { logits: Float32Array; inputs: Float32Array }
  engine: Engine
}

/** Scores texts with the packed weights, so that what follows is fitted to what will run. */
export function makeProbe(english: Uint8Array): Probe {
  const bundle = decodeBundle(english)
  const engine = new Engine(bundle)
  const featuriser = new Featuriser(parseLexicon(bundle.text('lexicon')), 'en', Convolution.rowsOf(bundle))
  const signals = new Float32Array(SIGNAL_COUNT)
  const cues = new Float32Array(CUE_COUNT)
  return {
    engine,
    read(text, kind) {
      const doc = featuriser.read(text)
      const logits = new Float32Array(engine.outputs)
      engine.score(doc, logits, signals)
      const inputs = new Float32Array(intentSize(engine))
      readIntentInputs(doc, kind, signals, logits, cues, inputs)
      return { logits, inputs }
    },
  }
}

/** By data set: the head trained on it and, by row of its train split, scores from a model that has not seen the row. */
export type Unseen = Record<string, { head: string; scores: Float64Array[] }>

export function trainDecision(
  folder: string,
  english: Uint8Array,
  labels: string,
  unseen: Unseen,
  version: string,
  seed: number,
): Uint8Array {
  const probe = makeProbe(english)
  const rows = readIntentRows(folder, probe, labels, unseen)
  const models = MARKED.map((_, k) => trainIntent(probe.engine, rows, k, seed))
  const size = intentSize(probe.engine)
  const dense = new Float32Array(size * MARKED.length)
  models.forEach((model, k) => dense.set(model.dense, k * size))
  const calibration: Record<string, Calibration> = {}
  for (const [kind, set] of [
    ['mention', 'semeval2017-4a'],
    ['review', 'playstore-top20'],
  ] as const) {
    calibration[kind] = fitCalibration(probe, readSplit(folder, set, 'dev'), kind)
  }
  return encodeBundle(
    { version, calibration },
    {
      'intent.dense': dense,
      'intent.bias': Float32Array.from(models, (model) => model.bias[0] ?? 0),
      'intent.thresholds': Float32Array.from(crossValidate(probe.engine, rows, seed).thresholds),
    },
  )
}

/** Dev texts, and train texts with the score of the head trained on them replaced by one that has not seen them. */
export function readIntentRows(folder: string, probe: Probe, labels: string, unseen: Unseen): IntentRow[] {
  const sets = new Map<string, Row[]>()
  const dev = (set: string): Row[] => {
    const known = sets.get(set) ?? readSplit(folder, set, 'dev')
    sets.set(set, known)
    return known
  }
  const out: IntentRow[] = []
  const add = (text: string, kind: Kind, truth: (0 | 1 | undefined)[], weight: number, byHand: boolean): void => {
    out.push({ dense: probe.read(text, kind).inputs, truth, weight, byHand, judge: byHand ? 1 : 0 })
  }
  const say = (given: Partial<Record<(typeof MARKED)[number], 0 | 1>>): (0 | 1 | undefined)[] =>
    MARKED.map((label) => given[label])
  for (const line of labels.split('\n').slice(1).filter(Boolean)) {
    const [set = '', row = '', kind = 'mention', intents = ''] = line.split('\t')
    const names = new Set(intents.split(','))
    const text = dev(set)[Number(row)]?.text ?? ''
    add(
      text,
      kind as Kind,
      MARKED.map((label) => (names.has(label) ? 1 : 0)),
      1,
      true,
    )
  }
  for (const row of dev('complaints'))
    add(row.text, 'mention', say({ complaint: row.label === 'complaint' ? 1 : 0 }), 0.6, false)
  for (const row of dev('appreview-maalej')) {
    add(
      row.text,
      'review',
      say({ bug_report: row.label === 'Bug' ? 1 : 0, feature_request: row.label === 'Feature' ? 1 : 0 }),
      0.8,
      false,
    )
  }
  for (const row of dev('purchase-intent'))
    add(row.text, 'mention', say({ purchase_intent: row.label === 'yes' ? 1 : 0 }), 0.3, false)
  for (const row of dev('sms-spam'))
    add(row.text, 'mention', say({ spam_promo: row.label === 'spam' ? 1 : 0 }), 0.3, false)
  for (const [set, { head, scores }] of Object.entries(unseen)) {
    const at = SIGNAL_COUNT + CUE_COUNT + (probe.engine.head(head)?.at ?? 0)
    readSplit(folder, set, 'train').forEach((row, i) => {
      const kind: Kind = set === 'complaints' ? 'mention' : 'review'
      const dense = probe.read(row.text, kind).inputs
      scores[i]?.forEach((score, k) => (dense[at + k] = squashLogit(score)))
      const truth =
        set === 'complaints'
          ? say({ complaint: row.label === 'complaint' ? 1 : 0 })
          : say({ bug_report: row.label === 'Bug' ? 1 : 0, feature_request: row.label === 'Feature' ? 1 : 0 })
      out.push({ dense, truth, weight: 0.3, byHand: false, judge: set === 'complaints' ? 0.1 : 0.2 })
    })
  }
  dev('playstore-top20')
    .slice(0, 1500)
    .forEach((row) => {
      if (row.label === 'neutral') return
      const good = row.label === 'positive' ? 1 : 0
      add(row.text, 'review', say({ praise: good, ...(good ? { complaint: 0 } : {}), spam_promo: 0 }), 0.1, false)
    })
  return out
}

export function trainIntent(engine: Engine, rows: readonly IntentRow[], k: number, seed: number): Linear {
  const own = rows.filter((row) => row.truth[k] !== undefined)
  const none = new Int32Array(0)
  const positives = own.reduce((sum, row) => sum + (row.truth[k] ? row.weight : 0), 0)
  const total = own.reduce((sum, row) => sum + row.weight, 0)
  const up = Math.min(4, Math.sqrt((total - positives) / Math.max(positives, 1)))
  return trainLinear(
    own.map((row): Example => ({ words: none, chars: none, dense: row.dense })),
    own.map((row) => row.truth[k] ?? 0),
    own.map((row) => row.weight * (row.truth[k] ? up : 1)),
    {
      classes: 1,
      mode: 'sigmoid',
      wordBits: 0,
      charBits: 0,
      dense: own[0]?.dense.length ?? 0,
      epochs: 15,
      rate: 0.03,
      l2: 0.003,
      seed,
      prior: intentPrior(engine, MARKED[k] ?? 'question'),
    },
  )
}

const FOLDS = 5

/** Held-out probabilities of the rows labelled by hand, and by intent the threshold with the best F1 on them. */
export function crossValidate(
  engine: Engine,
  rows: readonly IntentRow[],
  seed: number,
): { thresholds: number[]; probabilities: number[][]; truth: number[][] } {
  const judged = rows.filter((row) => row.judge > 0)
  const random = makeRandom(seed + 7)
  const fold = judged.map(() => Math.floor(random() * FOLDS))
  const probabilities = judged.map(() => MARKED.map(() => 0))
  const out = new Float64Array(1)
  const none = new Int32Array(0)
  for (let f = 0; f < FOLDS; f++) {
    const held = new Set(judged.filter((_, i) => fold[i] === f))
    const rest = rows.filter((row) => !held.has(row))
    for (const [k] of MARKED.entries()) {
      const model = trainIntent(engine, rest, k, seed)
      for (const [i, row] of judged.entries()) {
        if (fold[i] !== f) continue
        scoreLinear(model, { words: none, chars: none, dense: row.dense }, out)
        const list = probabilities[i]
        if (list) list[k] = 1 / (1 + Math.exp(-(out[0] ?? 0)))
      }
    }
  }
  const thresholds = MARKED.map((_, k) =>
    bestThreshold(judged.map((row, i) => ({ p: probabilities[i]?.[k] ?? 0, truth: row.truth[k], weight: row.judge }))),
  )
  const byHand = judged.map((_, i) => i).filter((i) => judged[i]?.byHand)
  return {
    thresholds,
    probabilities: byHand.map((i) => probabilities[i] ?? []),
    truth: byHand.map((i) => (judged[i]?.truth ?? []).map((one) => one ?? 0)),
  }
}

/** Rare intents have few positives: F1 with two imagined misses keeps the threshold off the edge. */
function bestThreshold(rows: readonly { p: number; truth: 0 | 1 | undefined; weight: number }[]): number {
  let best = 0.5
  let bestF1 = -1
  for (let t = 0.2; t <= 0.8; t += 0.025) {
    let hit = 0
    let said = 0
    let own = 0
    for (const { p, truth, weight } of rows) {
      if (truth === undefined) continue
      if (p >= t) said += weight
      if (truth) own += weight
      if (p >= t && truth) hit += weight
    }
    const f1 = (2 * hit) / (said + own + 2) - Math.abs(t - 0.5) * 0.02
    if (f1 > bestF1) [best, bestF1] = [t, f1]
  }
  return best
}

/** Added to the neutral logit, then all are divided by the temperature. */
export interface Calibration {
  temperature: number
  neutral: number
}

/**
 * Reviews: stars make neutral rare, so the bias is what the mean F1 wants. Mentions are trained with balanced
 * classes and need none. The temperature has the least log loss on dev after that.
 */
function fitCalibration(probe: Probe, rows: readonly Row[], kind: Kind): Calibration {
  const head = probe.engine.head(kind)
  if (!head) return { temperature: 1, neutral: 0 }
  const scored = rows.map((row) => ({
    logits: [...probe.read(row.text, kind).logits.subarray(head.at, head.at + 3)],
    y: SENTIMENTS.indexOf(row.label as (typeof SENTIMENTS)[number]),
  }))
  const neutral = kind === 'review' ? bestBias(scored) : 0
  let best = 1
  let least = Infinity
  for (let t = 0.6; t < 6; t *= 1.05) {
    let loss = 0
    for (const { logits, y } of scored) {
      const moved = logits.map((x, k) => (x + (k === 1 ? neutral : 0)) / t)
      loss -= (moved[y] ?? 0) - Math.log(moved.reduce((sum, x) => sum + Math.exp(x), 0))
    }
    if (loss < least) [best, least] = [t, loss]
  }
  return { temperature: best, neutral }
}

function bestBias(scored: readonly { logits: number[]; y: number }[]): number {
  let best = 0
  let most = -1
  for (let bias = -0.5; bias <= 4; bias += 0.1) {
    const answers = scored.map(({ logits: [a = 0, b = 0, c = 0] }) =>
      b + bias >= a && b + bias >= c ? 1 : a > c ? 0 : 2,
    )
    const m = measure(
      scored.map(({ y }) => y),
      answers,
      3,
    )
    const value = m.macroF1 + ((m.f1[0] ?? 0) + (m.f1[2] ?? 0)) / 2
    if (value > most) [best, most] = [bias, value]
  }
  return best
}
