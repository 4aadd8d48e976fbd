import {
  type CurvePoint,
  type GuardReason,
  type ModelFigures,
  mostLost,
  shareOf,
  type Share,
} from '../domain/learning.ts'
import { calibrate, type Held } from './calibrate.ts'
import type { Base, Knowledge } from './classifier.ts'
import { applyDelta } from './delta.ts'
import { type Correction, learn, type Replay } from './learn.ts'
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
 * examples of the base's own that were not replayed. Corrections alone can make a model worse, so a loss of more than
 * `mostLost` anywhere refuses it.
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
  const sample = sampleShares(base, log, replay)
  if (held.length < leastHeldBack)
    return loses(sample.sampleChallenger, sample.sampleBase)
      ? refuse('worse-elsewhere', sample)
      : taken('too-few', sample)

  const rightAfter = (lines: number): Share =>
    shareRight(base, held, lines === 0 ? undefined : learn(base, besides(log.slice(0, lines)), replay).knowledge)
  const curve = curveOf(log.length, rightAfter)
  const at = (lines: number): Share => curve.find((point) => point.learned === lines)?.right ?? rightAfter(lines)
  const shares = {
    curve,
    base: at(0),
    challenger: at(log.length),
    ...(championLines === undefined ? {} : { champion: at(Math.min(championLines, log.length)) }),
    ...sample,
  }
  if (loses(shares.challenger, shares.base) || loses(shares.challenger, shares.champion))
    return refuse('worse-here', { ...shares, ...calibrated })
  if (loses(shares.sampleChallenger, shares.sampleBase)) return refuse('worse-elsewhere', { ...shares, ...calibrated })
  return taken('not-worse', shares)
}

/** Counting errors of rounding are no loss. */
function loses(challenger: Share, champion: Share | undefined): boolean {
  return champion !== undefined && challenger.value < champion.value - mostLost - 1e-9
}

function besides(log: readonly Correction[]): Correction[] {
  return log.filter((_, i) => i % folds !== folds - 1)
}

/** The last point is the whole log; those near it would say the same. */
function curveOf(length: number, rightAfter: (lines: number) => Share): CurvePoint[] {
  const sizes = [0, ...curveAt.filter((size) => size < length * 0.8), length]
  return sizes.map((learned) => ({ learned, right: rightAfter(learned) }))
}

/** Pins would give back the very label: they are left out of every trial. */
function shareRight(base: Base, lines: readonly Correction[], knowledge: Knowledge | undefined): Share {
  const right = lines.filter((line) => judge(base, line, knowledge).sentiment === line.sentiment).length
  return shareOf(right, lines.length)
}

function judge(base: Base, line: Correction, knowledge: Knowledge | undefined) {
  const input = { text: line.text, kind: line.kind, ...(line.lang ? { lang: line.lang } : {}) }
  return base.decide(input, base.read(input), knowledge && { ...knowledge, pinned: new Map() })
}

function sharesOf(log: readonly Correction[], base = 0, challenger = 0): Pick<ModelFigures, 'base' | 'challenger'> {
  const n = log.filter((line, i) => i % folds === folds - 1 && line.sentiment !== undefined).length
  return { base: shareOf(base * n, n), challenger: shareOf(challenger * n, n) }
}

/** On examples that the base was made with and that this delta has not seen. */
function sampleShares(
  base: Base,
  log: readonly Correction[],
  replay: Replay,
): { sampleBase: Share; sampleChallenger: Share } {
  const tried = replay.examples.filter((_, i) => i % sampleEvery === sampleEvery - 1)
  const replayed = { ...replay, examples: replay.examples.filter((_, i) => i % sampleEvery !== sampleEvery - 1) }
  const { sentiment } = learn(base, log, replayed).knowledge
  let [before, after] = [0, 0]
  for (const one of tried) {
    const logits = [...one.base]
    if (argMax(logits) === one.target) before++
    const delta = sentiment[one.kind]
    if (delta) applyDelta(delta, one, logits)
    if (argMax(logits) === one.target) after++
  }
  return { sampleBase: shareOf(before, tried.length), sampleChallenger: shareOf(after, tried.length) }
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
