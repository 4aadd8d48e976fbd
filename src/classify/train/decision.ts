import { decodeBundle, encodeBundle } from '../artefact.ts'
import { Convolution } from '../convolution.ts'
import { type Cue, CUE_COUNT, CUE_NAMES } from '../cues.ts'
import { Engine, squashLogit } from '../engine.ts'
import { Featuriser } from '../features.ts'
import { joinType, MARKED, pickIntents, readIntentInputs, readTypes, typeOdds } from '../intents.ts'
import { parseLexicon } from '../lexicon.ts'
import { SIGNAL_COUNT } from '../signals.ts'
import { measure } from '../metrics.ts'
import { type Intent, INTENTS, type Kind, SENTIMENTS } from '../types.ts'
import { makeRandom, readSplit, type Row } from './data.ts'
import { intentPrior } from './intentPrior.ts'
import { type Example, type Linear, scoreLinear, trainLinear } from './linear.ts'

/** What one text tells the intent heads: 1 or 0 by intent, undefined where its data set does not say. */
export interface IntentRow {
  /** the text, by set, split and row: the same text may be labelled twice and must not judge itself */
  key: string
  kind: Kind
  dense: Float32Array
  /** label of an app review: 0 bug, 1 feature, 2 neither */
  type?: number
  /** what the head of app-review types says, for reviews */
  types: (number | undefined)[]
  truth: (0 | 1 | undefined)[]
  weight: number
  /** labelled by hand after the definitions of the nine intents */
  byHand: boolean
  /** how much its answer counts when thresholds are chosen */
  judge: number
}

export interface Probe {
  read(text: string, kind: Kind): { logits: Float32Array; inputs: Float32Array; types: (number | undefined)[] }
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
      const inputs = readIntentInputs(doc, kind, engine).inputs.slice()
      return { logits: engine.logits.slice(), inputs, types: kind === 'review' ? readTypes(engine) : [] }
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
  return encodeBundle(
    { version, calibration, quality: { ...judged.quality } },
    {
      'intent.dense': dense,
      'intent.bias': Float32Array.from(models, (model) => model.bias[0] ?? 0),
      'intent.thresholds': Float32Array.from(judged.thresholds.mention),
      'intent.reviewThresholds': Float32Array.from(judged.thresholds.review),
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
  const add = (
    key: string,
    text: string,
    kind: Kind,
    truth: (0 | 1 | undefined)[],
    weight: number,
    byHand: boolean,
  ): void => {
    const { inputs, types } = probe.read(text, kind)
    out.push({ key: `dev ${key}`, kind, dense: inputs, types, truth, weight, byHand, judge: byHand ? 1 : 0 })
  }
  const say = (given: Partial<Record<(typeof MARKED)[number], 0 | 1>>): (0 | 1 | undefined)[] =>
    MARKED.map((label) => given[label])
  for (const line of labels.split('\n').slice(1).filter(Boolean)) {
    const [set = '', row = '', kind = 'mention', intents = ''] = line.split('\t')
    const names = new Set(intents.split(','))
    const text = dev(set)[Number(row)]?.text ?? ''
    add(
      `${set} ${row}`,
      text,
      kind as Kind,
      MARKED.map((label) => (names.has(label) ? 1 : 0)),
      1,
      true,
    )
  }
  const addAll = (
    set: string,
    kind: Kind,
    weight: number,
    truthOf: (label: string) => Partial<Record<(typeof MARKED)[number], 0 | 1>>,
  ): void => dev(set).forEach((row, i) => add(`${set} ${i}`, row.text, kind, say(truthOf(row.label)), weight, false))
  addAll('complaints', 'mention', 0.6, (label) => ({ complaint: label === 'complaint' ? 1 : 0 }))
  dev('appreview-maalej').forEach(({ text, label }, i) => {
    const { inputs, types } = probe.read(text, 'review')
    const truth = say(appTruth(label, inputs))
    out.push({ key: `dev appreview-maalej ${i}`, kind: 'review', dense: inputs, types, truth, ...appWeight(0.8, 0) })
  })
  addAll('purchase-intent', 'mention', 0.3, (label) => ({ purchase_intent: label === 'yes' ? 1 : 0 }))
  addAll('sms-spam', 'mention', 0.3, (label) => ({ spam_promo: label === 'spam' ? 1 : 0 }))
  for (const [set, { head, scores }] of Object.entries(unseen)) {
    const own = probe.engine.head(head)
    const at = SIGNAL_COUNT + CUE_COUNT + (own?.at ?? 0)
    readSplit(folder, set, 'train').forEach((row, i) => {
      const kind: Kind = set === 'complaints' ? 'mention' : 'review'
      const { inputs: dense, types } = probe.read(row.text, kind)
      scores[i]?.forEach((score, k) => (dense[at + k] = squashLogit(score)))
      const isApp = set !== 'complaints'
      const truth = isApp ? appTruth(row.label, dense) : ({ complaint: row.label === 'complaint' ? 1 : 0 } as const)
      out.push({
        key: `train ${set} ${i}`,
        kind,
        dense,
        types: head === 'apptype' ? typeOdds(own?.labels ?? [], [...(scores[i] ?? [])]) : types,
        truth: say(truth),
        ...(isApp
          ? { ...appWeight(0.3, 0.2), type: appTypeOf(row.label) }
          : { weight: 0.3, byHand: false, judge: 0.1 }),
      })
    })
  }
  dev('playstore-top20')
    .slice(0, 1500)
    .forEach((row, i) => {
      if (row.label === 'neutral') return
      const good = row.label === 'positive' ? 1 : 0
      add(
        `playstore-top20 ${i}`,
        row.text,
        'review',
        say({ praise: good, ...(good ? { complaint: 0 } : {}), spam_promo: 0 }),
        0.1,
        false,
      )
    })
  return out
}

function appWeight(weight: number, judge: number): { weight: number; judge: number; byHand: boolean } {
  return { weight, judge, byHand: false }
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

export interface IntentQuality {
  /** nine intents over the rows labelled by hand, F1 in the order of INTENTS, 0…1 */
  macroF1: number
  f1: number[]
  n: number
  /** bug, feature, neither over the train rows of app reviews: macro-F1 and F1 each */
  appType: number
  appTypeF1: number[]
  appTypes: number
}

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
): { thresholds: Record<Kind, number[]>; quality: IntentQuality } {
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
  const none = new Int32Array(0)
  const judged: Judged[] = []
  for (let f = 0; f < FOLDS; f++) {
    const rest = rows.filter(({ key }) => folds.get(key) !== f)
    const models = MARKED.map((_, k) => trainIntent(engine, rest, k, seed))
    for (const row of rows) {
      if (row.judge === 0 || folds.get(row.key) !== f) continue
      const probabilities = models.map((model, k) => {
        scoreLinear(model, { words: none, chars: none, dense: row.dense }, out)
        return 1 / (1 + Math.exp(-joinType(out[0] ?? 0, row.types[k])))
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

function measureIntents(said: ReadonlyMap<IntentRow, { label: Intent; confidence: number }[]>): IntentQuality {
  const hand = [...said].filter(([row]) => row.byHand)
  const f1 = INTENTS.map((label) => {
    const k = MARKED.indexOf(label as (typeof MARKED)[number])
    const truth = hand.map(([row]) => (k >= 0 ? (row.truth[k] ?? 0) : row.truth.every((one) => !one) ? 1 : 0))
    const answers = hand.map(([, intents]) => (intents.some((intent) => intent.label === label) ? 1 : 0))
    return measure(truth, answers, 2).f1[1] ?? 0
  })
  const apps = [...said].filter(([{ type }]) => type !== undefined)
  const types = measure(
    apps.map(([{ type }]) => type ?? 2),
    apps.map(([, intents]) => typeOf(intents)),
    3,
  )
  return {
    macroF1: f1.reduce((sum, x) => sum + x, 0) / f1.length,
    f1,
    n: hand.length,
    appType: types.macroF1,
    appTypeF1: types.f1,
    appTypes: apps.length,
  }
}

/** 0 bug, 1 feature, 2 neither: the surer one. */
export function typeOf(intents: readonly { label: Intent; confidence: number }[]): number {
  const sure = (label: Intent): number => intents.find((intent) => intent.label === label)?.confidence ?? 0
  const [bug, feature] = [sure('bug_report'), sure('feature_request')]
  return bug === 0 && feature === 0 ? 2 : bug >= feature ? 0 : 1
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
