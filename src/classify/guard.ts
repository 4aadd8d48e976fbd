import { type GuardReason, type ModelFigures, shareOf, type Share } from '../domain/learning.ts'
import { calibrate, type Held } from './calibrate.ts'
import type { Base, Knowledge } from './classifier.ts'
import { applyDelta } from './delta.ts'
import { type Correction, isWorse, learn, type Replay } from './learn.ts'
import { SENTIMENTS, type Sentiment } from './types.ts'

export interface Challenge {
  /** The challenger may judge from now on. */
  accepted: boolean
  knowledge: Knowledge
  figures: Omit<ModelFigures, 'tookMs'>
}

/** Every fifth line is held back, by its place in the log: a longer log holds back the same ones. */
const folds = 5
/** Of the base's own examples every third tries and is not replayed. */
const sampleEvery = 3
const curveAt = [10, 25, 50, 100, 200, 400, 800, 1600, 3200]
const leastHeldBack = 5

/**
 * Trains a challenger from the whole log and tries it, each time as it would be without the lines it is tried on:
 * against the base, against the present champion (`championLines` long was its log; undefined: there is none) and on
 * examples of the base's own that were not replayed. Corrections alone can make a model worse, so what `isWorse` says of
 * any of the three refuses it.
 */
export function challenge(
  base: Base,
  log: readonly Correction[],
  replay: Replay,
  championLines: number | undefined,
): Challenge {
  const trial = learn(base, log, replay)
  const counts = { corrections: trial.corrections, acceptances: trial.acceptances }
  const refuse = (reason: GuardReason, more: Partial<ModelFigures>): Challenge => ({
    accepted: false,
    knowledge: trial.knowledge,
    figures: { ...counts, curve: [], ...more, reason },
  })
  if (!trial.accepted) return refuse('worse-here', sharesOf(log, trial.champion, trial.challenger))

  const held = log.filter((line, i) => i % folds === folds - 1 && line.sentiment !== undefined)
  const calibration = calibrate(heldOut(base, log, replay))
  const calibrated = calibration ? { calibration } : {}
  const taken = (reason: GuardReason, more: Partial<ModelFigures>): Challenge => ({
    accepted: true,
    knowledge: trial.knowledge,
    figures: { ...counts, curve: [], ...more, ...calibrated, reason },
  })
  const sample = trySample(base, log, replay)
  const sampleShares = { sampleBase: toShare(sample.before), sampleChallenger: toShare(sample.after) }
  const forgets = isWorse(sample.before, sample.after)
  if (held.length < leastHeldBack)
    return forgets ? refuse('worse-elsewhere', sampleShares) : taken('too-few', sampleShares)

  const known = new Map<number, boolean[]>()
  const rightAfter = (lines: number): boolean[] => {
    const found = known.get(lines)
    if (found) return found
    const knowledge = lines === 0 ? undefined : learn(base, besides(log.slice(0, lines)), replay).knowledge
    const right = held.map((line) => judge(base, line, knowledge).sentiment === line.sentiment)
    known.set(lines, right)
    return right
  }
  const champion = championLines === undefined ? undefined : rightAfter(Math.min(championLines, log.length))
  const shares = {
    curve: curveSizes(log.length).map((learned) => ({ learned, right: toShare(rightAfter(learned)) })),
    base: toShare(rightAfter(0)),
    challenger: toShare(rightAfter(log.length)),
    ...(champion ? { champion: toShare(champion) } : {}),
    ...sampleShares,
  }
  if (isWorse(rightAfter(0), rightAfter(log.length)) || (champion && isWorse(champion, rightAfter(log.length))))
    return refuse('worse-here', { ...shares, ...calibrated })
  return forgets ? refuse('worse-elsewhere', { ...shares, ...calibrated }) : taken('not-worse', shares)
}

function toShare(right: readonly boolean[]): Share {
  return shareOf(right.filter(Boolean).length, right.length)
}

function besides(log: readonly Correction[]): Correction[] {
  return log.filter((_, i) => i % folds !== folds - 1)
}

/** The last point is the whole log; those near it would say the same. */
function curveSizes(length: number): number[] {
  return [0, ...curveAt.filter((size) => size < length * 0.8), length]
}

/** Pins would give back the very label: they are left out of every trial. */
function judge(base: Base, line: Correction, knowledge: Knowledge | undefined) {
  const input = { text: line.text, kind: line.kind, ...(line.lang ? { lang: line.lang } : {}) }
  return base.decide(input, base.read(input), knowledge && { ...knowledge, pinned: new Map() })
}

function sharesOf(log: readonly Correction[], base = 0, challenger = 0): Pick<ModelFigures, 'base' | 'challenger'> {
  const n = log.filter((line, i) => i % folds === folds - 1 && line.sentiment !== undefined).length
  return { base: shareOf(base * n, n), challenger: shareOf(challenger * n, n) }
}

/** On examples that the base was made with and that this delta has not seen. */
function trySample(base: Base, log: readonly Correction[], replay: Replay): { before: boolean[]; after: boolean[] } {
  const tried = replay.examples.filter((_, i) => i % sampleEvery === sampleEvery - 1)
  const replayed = { ...replay, examples: replay.examples.filter((_, i) => i % sampleEvery !== sampleEvery - 1) }
  const { sentiment } = learn(base, log, replayed).knowledge
  const after = tried.map((one) => {
    const logits = [...one.base]
    const delta = sentiment[one.kind]
    if (delta) applyDelta(delta, one, logits)
    return argMax(logits) === one.target
  })
  return { before: tried.map((one) => argMax(one.base) === one.target), after }
}

/** What is said of each line by a delta that has not seen it. */
function heldOut(base: Base, log: readonly Correction[], replay: Replay): Held[] {
  return Array.from({ length: folds }, (_, fold) => {
    const rest = log.filter((_line, i) => i % folds !== fold)
    const { knowledge } = learn(base, rest, replay)
    return log.flatMap((line, i) => {
      if (i % folds !== fold || line.sentiment === undefined) return []
      const { probabilities } = judge(base, line, knowledge)
      const p = SENTIMENTS.map((label: Sentiment) => probabilities[label])
      return [{ probabilities: p, target: SENTIMENTS.indexOf(line.sentiment), fold }]
    })
  }).flat()
}

function argMax(values: readonly number[]): number {
  return values.indexOf(Math.max(...values))
}
