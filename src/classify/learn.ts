import { type Artefacts, decodeBundle } from './artefact.ts'
import { type Base, type Knowledge, pinKey } from './classifier.ts'
import { applyDelta, type Delta, type DeltaExample, trainDelta, wordsOf } from './delta.ts'
import { hashText } from './hash.ts'
import { MARKED } from './intents.ts'
import { type Intent, INTENTS, type Kind, type Sentiment, SENTIMENTS } from './types.ts'

/** A line of a workspace's log. `accepted`: a person saw the label, answered or closed, and left it. */
export interface Correction {
  text: string
  kind: Kind
  lang?: string
  sentiment?: Sentiment
  intents?: Intent[]
  accepted?: boolean
}

/** Base examples with known answers, as hashes and numbers: without them a delta forgets the world outside. */
export interface Replay {
  examples: { kind: Kind; target: number; dense: Float32Array; words: Int32Array; base: number[] }[]
}

export interface Trial {
  /** the delta may be used */
  accepted: boolean
  reason: string
  knowledge: Knowledge
  /** share right on the held-back fifth; undefined where it was too small to judge */
  champion?: number
  challenger?: number
  heldBack: number
  corrections: number
  acceptances: number
}

/** A challenger that loses more than this on the workspace's own held-back fifth is refused. */
export const MAX_LOSS = 0.02
const MIN_HELD_BACK = 5
/** replayed examples for each line of the log */
const REPLAY_RATIO = 1

/**
 * Rebuilds a workspace's delta from its whole log over the frozen base: errors, what was accepted, and replayed base
 * examples, classes balanced. Same log, same delta. Only the log must be kept; reverting is using a shorter one.
 */
export function learn(base: Base, log: readonly Correction[], replay: Replay): Trial {
  const lines = log.map((line, i) => ({ ...prepareLine(base, line), i }))
  const pinned: Map<string, { sentiment?: Sentiment; intents?: Intent[] }> = new Map()
  for (const { text, kind, sentiment, intents, accepted } of log) {
    if (accepted) continue
    pinned.set(pinKey(text, kind), { ...(sentiment ? { sentiment } : {}), ...(intents?.length ? { intents } : {}) })
  }
  const version = `${base.version}+w${log.length}.${versionHash(log)}`
  const build = (used: readonly Line[]): Omit<Knowledge, 'pinned'> => ({
    version,
    sentiment: trainSentiments(used, replay),
    ...trainIntents(used),
  })
  const held = lines.filter(({ i }) => i % 5 === 4)
  const corrections = log.filter((line) => !line.accepted).length
  const trial = {
    knowledge: { ...build(lines), pinned },
    heldBack: held.length,
    corrections,
    acceptances: log.length - corrections,
  }
  const judged = held.filter((line) => line.target >= 0)
  if (judged.length < MIN_HELD_BACK) {
    return { ...trial, accepted: true, reason: 'too few labels to hold any back; the delta is small by itself' }
  }
  const challenger = shareRight(judged, build(lines.filter(({ i }) => i % 5 !== 4)))
  const champion = shareRight(judged, undefined)
  const accepted = challenger >= champion - MAX_LOSS
  const reason = accepted
    ? 'not worse on the held-back fifth'
    : `right on ${percent(challenger)} of the held-back fifth, the base on ${percent(champion)}`
  if (accepted) return { ...trial, accepted, reason, champion, challenger }
  return {
    ...trial,
    accepted,
    reason,
    champion,
    challenger,
    knowledge: { version: base.version, sentiment: {}, pinned },
  }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

interface Line {
  kind: Kind
  accepted: boolean
  base: number[]
  dense: ArrayLike<number>
  words: Int32Array
  /** class of the sentiment; -1: the line says nothing of it */
  target: number
  intentBase: number[]
  /** bit set over `MARKED`; -1: the line says nothing of intents */
  intents: number
}

function prepareLine(base: Base, line: Correction): Line {
  const input = { text: line.text, kind: line.kind, ...(line.lang ? { lang: line.lang } : {}) }
  const reading = base.read(input)
  const own = Array.from(reading.base)
  const said = line.sentiment ?? (line.accepted ? SENTIMENTS[argMax(own)] : undefined)
  const known =
    line.intents ?? (line.accepted ? base.decide(input, reading).intents.map(({ label }) => label) : undefined)
  return {
    kind: line.kind,
    accepted: line.accepted === true,
    base: own,
    dense: Float32Array.from(reading.dense),
    words: wordsOf(reading.doc),
    target: said ? SENTIMENTS.indexOf(said) : -1,
    intentBase: reading.intents,
    intents: known && reading.intents.length > 0 ? bitsOf(known) : -1,
  }
}

function bitsOf(intents: readonly Intent[]): number {
  return intents.reduce((bits, label) => (label === 'other' ? bits : bits | (1 << MARKED.indexOf(label))), 0)
}

function trainSentiments(lines: readonly Line[], replay: Replay): Partial<Record<Kind, Delta>> {
  const out: Partial<Record<Kind, Delta>> = {}
  for (const kind of ['mention', 'review'] as const) {
    const own = lines.filter((line) => line.kind === kind && line.target >= 0)
    if (own.length === 0) continue
    const examples: DeltaExample[] = own.map((line) => ({ ...line, weight: 1 }))
    balance(examples, 3)
    const wanted = Math.round(own.length * REPLAY_RATIO)
    const old = replay.examples.filter((one) => one.kind === kind)
    for (let i = 0; i < Math.min(wanted, old.length); i++) {
      const one = old[Math.floor((i * old.length) / Math.min(wanted, old.length))]
      if (one && one.dense.length === (own[0]?.dense.length ?? 0)) examples.push({ ...one, weight: 1 })
    }
    out[kind] = trainDelta(examples, 3, 'softmax')
  }
  return out
}

/** Square root of the inverse share: a stream of complaints must not teach that everything is one. */
function balance(examples: DeltaExample[], classes: number): void {
  const counts = Array.from({ length: classes }, () => 0)
  for (const { target } of examples) counts[target] = (counts[target] ?? 0) + 1
  for (const example of examples) {
    const share = (counts[example.target] ?? 1) / examples.length
    example.weight *= Math.min(2, Math.sqrt(1 / classes / share))
  }
}

function trainIntents(lines: readonly Line[]): { intents?: Delta } {
  const own = lines.filter((line) => line.intents >= 0)
  // Acceptances alone would only teach what is known.
  if (!own.some((line) => !line.accepted)) return {}
  const examples = own.map((line): DeltaExample => ({
    ...line,
    base: line.intentBase,
    target: line.intents,
    weight: 1,
  }))
  return { intents: trainDelta(examples, MARKED.length, 'sigmoid') }
}

function shareRight(lines: readonly Line[], knowledge: Omit<Knowledge, 'pinned'> | undefined): number {
  let right = 0
  for (const line of lines) {
    const logits = [...line.base]
    const delta = knowledge?.sentiment[line.kind]
    if (delta) applyDelta(delta, line, logits)
    if (argMax(logits) === line.target) right++
  }
  return right / lines.length
}

function argMax(values: ArrayLike<number>): number {
  let best = 0
  for (let k = 1; k < values.length; k++) if ((values[k] ?? 0) > (values[best] ?? 0)) best = k
  return best
}

function versionHash(log: readonly Correction[]): string {
  let h = 17
  for (const line of log)
    h = hashText(
      `${line.kind}|${line.sentiment}|${line.intents?.join()}|${line.accepted}|${line.text}`,
      0,
      undefined,
      h,
    )
  return (h >>> 0).toString(16).padStart(8, '0')
}

/** The replay examples of the model files; empty where the files have none. */
export function readReplay(artefacts: Artefacts): Replay {
  const bytes = artefacts['replay']
  if (!bytes) return { examples: [] }
  const bundle = decodeBundle(bytes)
  const size = Number(bundle.meta['dense'])
  const dense = bundle.i8('dense')
  const base = bundle.f32('base')
  const heads = bundle.u32('heads')
  const words = bundle.u32('words')
  const examples: Replay['examples'] = []
  let at = 0
  for (let i = 0; i < heads.length; i++) {
    const head = heads[i] ?? 0
    const count = head >>> 8
    examples.push({
      kind: head & 4 ? 'review' : 'mention',
      target: head & 3,
      dense: Float32Array.from(dense.subarray(i * size, (i + 1) * size), (x) => x / 127),
      words: Int32Array.from(words.subarray(at, at + count)),
      base: [...base.subarray(i * 3, i * 3 + 3)],
    })
    at += count
  }
  return { examples }
}

export function isIntent(value: unknown): value is Intent {
  return INTENTS.includes(value as Intent)
}

export function isSentiment(value: unknown): value is Sentiment {
  return SENTIMENTS.includes(value as Sentiment)
}
