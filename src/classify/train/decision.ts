import { decodeBundle, encodeBundle } from '../artefact.ts'
import { Convolution } from '../convolution.ts'
import { type Cue, CUE_COUNT, CUE_NAMES } from '../cues.ts'
import { Engine, squashLogit } from '../engine.ts'
import { Featuriser } from '../features.ts'
import { joinType, MARKED, pickIntents, readIntentInputs, readTypes, typeOdds } from '../intents.ts'
import { parseLexicon } from '../lexicon.ts'
import { SIGNAL_COUNT } from '../signals.ts'
import { measure } from '../metrics.ts'
import { isAddressed } from '../urgency.ts'
import { type Intent, type Kind, SENTIMENTS, type Urgency } from '../types.ts'
import { measureIntents, type Quality } from './intentQuality.ts'
import { INTENT_BLOCK, packIntents } from './packIntents.ts'
import { makeRandom, readSplit, type Row, type Split } from './data.ts'
import { intentPrior } from './intentPrior.ts'
import { charsOf } from './english.ts'
import { type Example, type Linear, scoreLinear, trainLinear } from './linear.ts'

/** What one text tells the intent heads: 1 or 0 by intent, undefined where its data set does not say. */
export interface IntentRow extends Example {
  /** the text, by split, set and row: the same text may be labelled twice and must not judge itself */
  key: string
  kind: Kind
  /** its label in its own set: of an app review 0 bug, 1 feature, 2 neither; 1 a complaint, 0 none */
  own?: { set: string; label: number }
  urgency?: Urgency
  /** drawn at random, not because it looked like a rare intent */
  isRandom?: boolean
  isAddressed: boolean
  /** what the head of app-review types says, for reviews */
  types: (number | undefined)[]
  truth: (0 | 1 | undefined)[]
  weight: number
  /** labelled after the definitions of the nine intents, all of them at once */
  isDefined: boolean
  /** how much its answer counts when thresholds are chosen */
  judge: number
}

export interface Probe {
  read(
    text: string,
    kind: Kind,
  ): { logits: Float32Array; example: Example & { isAddressed: boolean }; types: (number | undefined)[] }
  engine: Engine
}

/** Scores texts with the packed weights, so that what follows is fitted to what will run. */
export function makeProbe(english: Uint8Array): Probe {
  const bundle = decodeBundle(english)
  const engine = new Engine(bundle)
  const featuriser = new Featuriser(parseLexicon(bundle.text('lexicon')), 'en', Convolution.rowsOf(bundle))
  return {
    engine,
    read(text, kind) {
      const doc = featuriser.read(text)
      engine.score(doc)
      const dense = readIntentInputs(doc, kind, engine).inputs.slice()
      const example = {
        words: doc.words.slice(0, doc.wordCount),
        chars: charsOf(doc),
        dense,
        isAddressed: isAddressed(doc, kind),
      }
      return { logits: engine.logits.slice(), example, types: kind === 'review' ? readTypes(engine) : [] }
    },
  }
}

/** By data set: the head trained on it and, by row of its train split, scores from a model that has not seen the row. */
export type Unseen = Record<string, { head: string; scores: Float64Array[] }>

/** Fits the intents to the packed heads; the model of English gains what their words say. The version is known after it. */
export function trainDecision(
  folder: string,
  english: Uint8Array,
  labels: string,
  unseen: Unseen,
  seed: number,
): { english: Uint8Array; decision: (version: string) => Uint8Array } {
  const probe = makeProbe(english)
  const rows = readIntentRows(folder, probe, labels, unseen)
  const models = MARKED.map((_, k) => trainIntent(probe.engine, rows, k, seed))
  const { size } = probe.engine
  const dense = new Float32Array(size * MARKED.length)
  models.forEach((model, k) => dense.set(model.dense, k * size))
  const calibration: Record<string, Calibration> = {}
  for (const [kind, set] of [
    ['mention', 'semeval2017-4a'],
    ['review', 'playstore-top20'],
  ] as const) {
    calibration[kind] = fitCalibration(probe, readSplit(folder, set, 'dev'), kind)
  }
  const judged = crossValidate(probe.engine, rows, seed)
  return {
    english: packIntents(english, models),
    decision: (version) =>
      encodeBundle(
        { version, calibration, quality: judged.quality },
        {
          'intent.dense': dense,
          'intent.bias': Float32Array.from(models, (model) => model.bias[0] ?? 0),
          'intent.thresholds': Float32Array.from(judged.thresholds.mention),
          'intent.reviewThresholds': Float32Array.from(judged.thresholds.review),
        },
      ),
  }
}

/** Labels of `labels.tsv`, and what the labels of the data sets say of single intents. */
export function readIntentRows(folder: string, probe: Probe, labels: string, unseen: Unseen): IntentRow[] {
  const splits = new Map<string, Row[]>()
  const rowsOf = (set: string, split: Split): Row[] => {
    const known = splits.get(`${set} ${split}`) ?? readSplit(folder, set, split)
    splits.set(`${set} ${split}`, known)
    return known
  }
  /** Train texts with the score of the head trained on them replaced by one that has not seen them. */
  const read = (
    set: string,
    split: Split,
    i: number,
    kind: Kind,
  ): Omit<IntentRow, 'truth' | 'weight' | 'isDefined' | 'judge'> => {
    const { example, types } = probe.read(rowsOf(set, split)[i]?.text ?? '', kind)
    const key = `${split} ${set} ${i}`
    const { head = '', scores } = unseen[set] ?? {}
    const own = probe.engine.head(head)
    const held = split === 'train' ? scores?.[i] : undefined
    if (!own || !held) return { key, kind, ...example, types }
    held.forEach((score, k) => (example.dense[SIGNAL_COUNT + CUE_COUNT + own.at + k] = squashLogit(score)))
    return {
      key,
      kind,
      ...example,
      types: head === 'apptype' && kind === 'review' ? typeOdds(own.labels, [...held]) : types,
    }
  }
  const out: IntentRow[] = []
  for (const line of labels.split('\n').slice(1).filter(Boolean)) {
    const [set = '', split = 'dev', row = '', kind = 'mention', intents = '', urgency = 'low', picked] =
      line.split('\t')
    const names = new Set(intents.split(','))
    const truth = MARKED.map((label) => (names.has(label) ? 1 : 0))
    const known = read(set, split as Split, Number(row), kind as Kind)
    out.push({
      ...known,
      truth,
      weight: 1,
      isDefined: true,
      judge: 1,
      urgency: urgency as Urgency,
      isRandom: picked === 'random',
    })
  }
  const defined = new Set(out.map(({ key }) => key))
  const addAll = (
    set: string,
    split: Split,
    kind: Kind,
    how: { weight: number; judge?: number },
    truthOf: (label: string, dense: Float32Array) => Partial<Record<(typeof MARKED)[number], 0 | 1>>,
    ownOf?: (label: string) => number,
  ): void =>
    rowsOf(set, split).forEach((row, i) => {
      const known = read(set, split, i, kind)
      const given = defined.has(known.key) ? {} : truthOf(row.label, known.dense)
      const own = ownOf ? { own: { set, label: ownOf(row.label) } } : {}
      out.push({ ...known, ...own, truth: MARKED.map((label) => given[label]), judge: 0, ...how, isDefined: false })
    })
  const isComplaint = (label: string): 0 | 1 => (label === 'complaint' ? 1 : 0)
  const complaint = (label: string) => ({ complaint: isComplaint(label) }) as const
  const purchase = (label: string) => ({ purchase_intent: label === 'yes' ? 1 : 0 }) as const
  addAll('complaints', 'dev', 'mention', { weight: 1, judge: 0.4 }, complaint, isComplaint)
  addAll('complaints', 'train', 'mention', { weight: 0.6, judge: 0.4 }, complaint, isComplaint)
  addAll('appreview-maalej', 'dev', 'review', { weight: 0.4 }, appTruth)
  addAll('appreview-maalej', 'train', 'review', { weight: 0.15, judge: 1 }, appTruth, appTypeOf)
  addAll('purchase-intent', 'dev', 'mention', { weight: 0.15 }, purchase)
  addAll('sms-spam', 'dev', 'mention', { weight: 0.15 }, (label) => ({ spam_promo: label === 'spam' ? 1 : 0 }))
  return out
}

function appTypeOf(label: string): number {
  return label === 'Bug' ? 0 : label === 'Feature' ? 1 : 2
}

/** A "feature" that names a malfunction and wishes for nothing says nothing of wishes: see TYPED. */
function appTruth(label: string, inputs: Float32Array): Partial<Record<(typeof MARKED)[number], 0 | 1>> {
  const cue = (name: Cue): number => inputs[SIGNAL_COUNT + CUE_NAMES.indexOf(name)] ?? 0
  const isBroken = cue('bug') > 0 || cue('fault') > 0
  if (label === 'Feature' && isBroken && cue('wish') === 0) return {}
  return { bug_report: label === 'Bug' ? 1 : 0, feature_request: label === 'Feature' ? 1 : 0 }
}

export function trainIntent(engine: Engine, rows: readonly IntentRow[], k: number, seed: number): Linear {
  const own = rows.filter((row) => row.truth[k] !== undefined)
  const positives = own.reduce((sum, row) => sum + (row.truth[k] ? row.weight : 0), 0)
  const total = own.reduce((sum, row) => sum + row.weight, 0)
  const up = Math.min(4, Math.sqrt((total - positives) / Math.max(positives, 1)))
  return trainLinear(
    own,
    own.map((row) => row.truth[k] ?? 0),
    own.map((row) => row.weight * (row.truth[k] ? up : 1)),
    {
      classes: 1,
      mode: 'sigmoid',
      ...INTENT_BLOCK,
      dense: own[0]?.dense.length ?? 0,
      epochs: 30,
      rate: 0.03,
      l2: 1e-4,
      seed,
      prior: intentPrior(engine, MARKED[k] ?? 'question'),
    },
  )
}

const FOLDS = 5

interface Judged {
  row: IntentRow
  fold: number
  probabilities: number[]
}

/**
 * Held-out probabilities of the rows that judge. The thresholds have the best F1 on them; the quality is that of
 * thresholds chosen on the other folds.
 */
export function crossValidate(
  engine: Engine,
  rows: readonly IntentRow[],
  seed: number,
): { thresholds: Record<Kind, number[]>; quality: Quality[] } {
  const judged = judgeFolds(engine, rows, seed)
  const said = new Map<IntentRow, { label: Intent; confidence: number }[]>()
  for (let f = 0; f < FOLDS; f++) {
    const thresholds = chooseThresholds(judged.filter(({ fold }) => fold !== f))
    for (const { row, fold, probabilities } of judged)
      if (fold === f) said.set(row, pickIntents(probabilities, thresholds[row.kind]))
  }
  return { thresholds: chooseThresholds(judged), quality: measureIntents(said) }
}

function judgeFolds(engine: Engine, rows: readonly IntentRow[], seed: number): Judged[] {
  const random = makeRandom(seed + 7)
  const folds = new Map<string, number>()
  for (const { key, judge } of rows) if (judge > 0 && !folds.has(key)) folds.set(key, Math.floor(random() * FOLDS))
  const out = new Float64Array(1)
  const judged: Judged[] = []
  for (let f = 0; f < FOLDS; f++) {
    const rest = rows.filter(({ key }) => folds.get(key) !== f)
    const models = MARKED.map((_, k) => trainIntent(engine, rest, k, seed))
    for (const row of rows) {
      if (row.judge === 0 || folds.get(row.key) !== f) continue
      const probabilities = models.map((model, k) => {
        scoreLinear(model, row, out)
        return 1 / (1 + Math.exp(-joinType(MARKED[k] ?? 'question', out[0] ?? 0, row.types[k])))
      })
      judged.push({ row, fold: f, probabilities })
    }
  }
  return judged
}

/** Reviews have thresholds of their own where the type of the review speaks too. */
function chooseThresholds(judged: readonly Judged[]): Record<Kind, number[]> {
  const choose = (k: number, own: readonly Judged[]): number =>
    bestThreshold(
      own.map(({ row, probabilities }) => ({ p: probabilities[k] ?? 0, truth: row.truth[k], weight: row.judge })),
    )
  const isTyped = ({ row }: Judged, k: number): boolean => row.types[k] !== undefined
  return {
    mention: MARKED.map((_, k) =>
      choose(
        k,
        judged.filter((one) => !isTyped(one, k)),
      ),
    ),
    review: MARKED.map((_, k) => {
      const typed = judged.filter((one) => isTyped(one, k))
      return choose(k, typed.length > 0 ? typed : judged)
    }),
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
