import { type Artefacts, decodeBundle } from './artefact.ts'
import { type Base, type Knowledge, pinKey } from './classifier.ts'
import { applyDelta, type Delta, spreadOf, wordsOf } from './delta.ts'
import { DeltaTrainer } from './deltaTrainer.ts'
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

/**
 * A challenger that loses more than this on the workspace's own held-back fifth is refused, unless chance would do the
 * same: of fifteen lines one is seven points, and refusing on it throws away what would have helped in one case of five.
 */
export const MAX_LOSS = 0.02
/** Two-sided 5 % of a normal distribution. */
const CHANCE = 1.96
const MIN_HELD_BACK = 5
/** Every fifth line, by its place in the log. */
const FOLDS = 5

/** A workspace's delta, line by line; `learn` is the same for a whole log. */
export interface Learner {
  add(line: Correction): void
  /** What the lines so far taught; later ones do not change it. */
  trial(): Trial
}

/**
 * Rebuilds a workspace's delta from its whole log over the frozen base: errors, what was accepted, and replayed base
 * examples, classes balanced. Same log, same delta. Only the log must be kept; reverting is using a shorter one.
 */
export function learn(base: Base, log: readonly Correction[], replay: Replay): Trial {
  const learner = new LogLearner(base, replay)
  learner.addAll(log)
  return learner.trial()
}

/** For a log that grows: a line costs about a millisecond instead of the whole log, and comes to the same. */
export function createLearner(base: Base, log: readonly Correction[], replay: Replay): Learner {
  const learner = new LogLearner(base, replay)
  learner.addAll(log)
  return learner
}

class LogLearner implements Learner {
  private readonly base: Base
  private readonly sentiments: Record<Kind, DeltaTrainer>
  /** without the held-back fifth */
  private readonly tried: Record<Kind, DeltaTrainer>
  private readonly intents: DeltaTrainer
  private readonly held: Line[] = []
  private readonly pinned = new Map<string, { sentiment?: Sentiment; intents?: Intent[] }>()
  private length = 0
  private hash = 17
  private heldBack = 0
  private corrections = 0
  /** Acceptances alone would only teach what is known. */
  private hasIntents = false

  constructor(base: Base, replay: Replay) {
    this.base = base
    const of = (kind: Kind): DeltaTrainer =>
      new DeltaTrainer(
        3,
        'softmax',
        replay.examples.filter((one) => one.kind === kind).map((one) => ({ ...one, target: oneHot(one.target) })),
      )
    this.sentiments = { mention: of('mention'), review: of('review') }
    this.tried = { mention: of('mention'), review: of('review') }
    this.intents = new DeltaTrainer(MARKED.length, 'sigmoid', [], spreadOf(replay.examples))
  }

  add(line: Correction): void {
    this.addAll([line])
  }

  addAll(log: readonly Correction[]): void {
    const lines = log.map((line, i) => ({ ...prepareLine(this.base, line), isHeld: this.isHeld(this.length + i) }))
    for (const kind of KINDS) {
      const own = lines.filter((line) => line.kind === kind && line.target >= 0)
      for (const line of own) {
        const example = { ...line, target: oneHot(line.target) }
        this.sentiments[kind].add(example)
        if (!line.isHeld) this.tried[kind].add(example)
      }
    }
    const marked = lines.filter(({ intents }) => intents.length > 0)
    this.hasIntents ||= marked.some(({ accepted }) => !accepted)
    for (const line of marked) this.intents.add({ ...line, base: line.intentBase, target: line.intents })
    for (const line of lines) {
      if (line.isHeld) this.heldBack++
      if (line.isHeld && line.target >= 0) this.held.push(line)
      if (!line.accepted) this.corrections++
    }
    for (const line of log) {
      this.length++
      this.hash = hashLine(line, this.hash)
      if (!line.accepted) this.pin(line)
    }
  }

  trial(): Trial {
    const { base, length, corrections, heldBack, held } = this
    const version = `${base.version}+w${length}.${(this.hash >>> 0).toString(16).padStart(8, '0')}`
    const pinned = new Map(this.pinned)
    const intents = this.hasIntents ? { intents: this.intents.delta() } : {}
    const knowledge = { version, sentiment: deltasOf(this.sentiments), ...intents, pinned }
    const counts = { heldBack, corrections, acceptances: length - corrections }
    if (held.length < MIN_HELD_BACK) {
      const reason = 'too few labels to hold any back; the delta is small by itself'
      return { ...counts, knowledge, accepted: true, reason }
    }
    const [champion, challenger] = judgeHeld(
      held,
      deltasOf(this.tried, (one) => one.lastRebuilt()),
    )
    const shares = { ...counts, champion: shareOf(champion), challenger: shareOf(challenger) }
    if (!isWorse(champion, challenger))
      return { ...shares, knowledge, accepted: true, reason: 'not worse on the held-back fifth' }
    const reason = `right on ${percent(shares.challenger)} of the held-back fifth, the base on ${percent(shares.champion)}`
    return { ...shares, knowledge: { version: base.version, sentiment: {}, pinned }, accepted: false, reason }
  }

  private isHeld(i: number): boolean {
    return i % FOLDS === FOLDS - 1
  }

  private pin({ text, kind, sentiment, intents }: Correction): void {
    const said = { ...(sentiment ? { sentiment } : {}), ...(intents?.length ? { intents } : {}) }
    this.pinned.set(pinKey(text, kind), said)
  }
}

const KINDS = ['mention', 'review'] as const satisfies Kind[]

function deltasOf(
  trainers: Record<Kind, DeltaTrainer>,
  of = (trainer: DeltaTrainer): Delta => trainer.delta(),
): Partial<Record<Kind, Delta>> {
  return Object.fromEntries(KINDS.flatMap((kind) => (trainers[kind].length > 0 ? [[kind, of(trainers[kind])]] : [])))
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
  /** what the answer should be for each of `MARKED`; empty: the line says nothing of intents */
  intents: number[]
}

function prepareLine(base: Base, line: Correction): Line {
  const input = { text: line.text, kind: line.kind, ...(line.lang ? { lang: line.lang } : {}) }
  const reading = base.read(input)
  const own = Array.from(reading.base)
  const said = line.sentiment ?? (line.accepted ? SENTIMENTS[argMax(own)] : undefined)
  const decided = base.decide(input, reading).intents.map(({ label }) => label)
  const known = line.intents ?? (line.accepted ? decided : undefined)
  return {
    kind: line.kind,
    accepted: line.accepted === true,
    base: own,
    dense: Float32Array.from(reading.dense),
    words: wordsOf(reading.doc),
    target: said ? SENTIMENTS.indexOf(said) : -1,
    intentBase: reading.intents,
    intents: known ? reading.intents.map((x, k) => toTarget(x, MARKED[k], known, decided)) : [],
  }
}

/**
 * An intent that was rightly found or rightly left out stays as likely as the base says: the thresholds were chosen for
 * that, and most lines say nothing new of most intents.
 */
function toTarget(logit: number, intent: Intent | undefined, known: readonly Intent[], decided: readonly Intent[]) {
  const [is, was] = [known, decided].map((list) => list.some((one) => one === intent))
  return is === was ? 1 / (1 + Math.exp(-logit)) : Number(is)
}

function oneHot(target: number): number[] {
  return SENTIMENTS.map((_, k) => Number(k === target))
}

/** Which lines the base and the deltas over it get right. */
function judgeHeld(lines: readonly Line[], deltas: Partial<Record<Kind, Delta>>): [boolean[], boolean[]] {
  const isRight = (logits: readonly number[], line: Line): boolean => argMax(logits) === line.target
  const after = lines.map((line) => {
    const logits = [...line.base]
    const delta = deltas[line.kind]
    if (delta) applyDelta(delta, line, logits)
    return isRight(logits, line)
  })
  return [lines.map((line) => isRight(line.base, line)), after]
}

function shareOf(right: readonly boolean[]): number {
  return right.filter(Boolean).length / right.length
}

/** By more than `MAX_LOSS`, and by more than the lines that changed sides would make by chance (a sign test). */
export function isWorse(champion: readonly boolean[], challenger: readonly boolean[]): boolean {
  const lost = champion.filter((right, i) => right && !challenger[i]).length
  const won = champion.filter((right, i) => !right && challenger[i]).length
  return lost - won > MAX_LOSS * champion.length && lost - won > CHANCE * Math.sqrt(lost + won)
}

function argMax(values: ArrayLike<number>): number {
  let best = 0
  for (let k = 1; k < values.length; k++) if ((values[k] ?? 0) > (values[best] ?? 0)) best = k
  return best
}

function hashLine(line: Correction, seed: number): number {
  const said = `${line.kind}|${line.sentiment}|${line.intents?.join()}|${line.accepted}|${line.text}`
  return hashText(said, 0, undefined, seed)
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
