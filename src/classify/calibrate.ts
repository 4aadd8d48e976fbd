import { calibrationError } from './evaluate.ts'
import type { CalibrationFigures } from '../domain/learning.ts'

/** One label of a person and what was said of its text by a model that had not learned it. Classes are numbers. */
export interface Held {
  probabilities: readonly number[]
  target: number
  /** Labels of one fold were held out together. */
  fold: number
}

/** With fewer labels a temperature is noise. */
export const leastLabels = 100
/** So many labels of weight hold the temperature at 1: few labels move it little. */
const shrinkage = 20
/** Gains below this are not worth a change of every figure on the screen. */
const leastGain = 0.002

/** Raised to 1 / temperature and normed: above 1 makes modest, below 1 makes sure. The order stays. */
export function tempered(probabilities: readonly number[], temperature: number): number[] {
  const raised = probabilities.map((p) => Math.max(p, 1e-9) ** (1 / temperature))
  const total = raised.reduce((sum, p) => sum + p, 0)
  return raised.map((p) => p / total)
}

/** The temperature that makes the labels likeliest, drawn towards 1. */
export function fitTemperature(held: readonly Held[]): number {
  const loss = (log: number): number => {
    const temperature = Math.exp(log)
    let sum = 0
    for (const { probabilities, target } of held)
      sum -= Math.log(Math.max(tempered(probabilities, temperature)[target] ?? 0, 1e-9))
    return sum + shrinkage * log * log
  }
  // Golden section: one valley between a fifth and five times.
  let [low, high] = [-1.6, 1.6]
  const ratio = (Math.sqrt(5) - 1) / 2
  for (let i = 0; i < 24; i++) {
    const [a, b] = [high - ratio * (high - low), low + ratio * (high - low)]
    if (loss(a) < loss(b)) high = b
    else low = a
  }
  return Math.exp((low + high) / 2)
}

/** Each fold is judged with the temperature of the others; undefined where there are too few labels. */
export function calibrate(held: readonly Held[]): CalibrationFigures | undefined {
  if (held.length < leastLabels) return undefined
  const folds = [...new Set(held.map((one) => one.fold))]
  const sure: number[] = []
  const right: boolean[] = []
  for (const fold of folds) {
    const temperature = fitTemperature(held.filter((one) => one.fold !== fold))
    for (const one of held.filter((each) => each.fold === fold)) {
      const said = tempered(one.probabilities, temperature)
      sure.push(Math.max(...said))
      right.push(said.indexOf(Math.max(...said)) === one.target)
    }
  }
  const before = calibrationError(
    held.map((one) => Math.max(...one.probabilities)),
    held.map((one) => one.probabilities.indexOf(Math.max(...one.probabilities)) === one.target),
  )
  const after = calibrationError(sure, right)
  const used = after < before - leastGain
  return { temperature: used ? fitTemperature(held) : 1, n: held.length, before, after, used }
}
