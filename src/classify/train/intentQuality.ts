import { CUE_COUNT } from '../cues.ts'
import { bootstrap } from '../evaluate.ts'
import { MARKED } from '../intents.ts'
import { type Measures, measure } from '../metrics.ts'
import { SIGNAL_COUNT } from '../signals.ts'
import { type Intent, INTENTS, URGENCIES } from '../types.ts'
import { scoreUrgency } from '../urgency.ts'
import type { IntentRow } from './decision.ts'

/** A figure from 0 to 1 with its 95 % interval. */
export interface Quality {
  name: string
  value: number
  low: number
  high: number
  n: number
  measures?: Measures
}

export function qualityOf(
  name: string,
  truth: readonly number[],
  answers: readonly number[],
  classes: number,
  pick: (m: Measures) => number,
): Quality {
  const measures = measure(truth, answers, classes)
  const [low, high] = bootstrap(truth, answers, (t, a) => pick(measure(t, a, classes)))
  return { name, value: pick(measures), low, high, n: truth.length, measures }
}

type Said = readonly { label: Intent; confidence: number }[]

/** Of answers that models and thresholds gave which had not seen the text. */
export function measureIntents(said: ReadonlyMap<IntentRow, Said>): Quality[] {
  const defined = [...said].filter(([{ isDefined }]) => isDefined)
  const f1 = (label: Intent, t: readonly number[], a: readonly number[]): number => {
    const bit = 1 << INTENTS.indexOf(label)
    const marked = (bits: number): number => (bits & bit ? 1 : 0)
    return measure(t.map(marked), a.map(marked), 2).f1[1] ?? 0
  }
  const mean = (t: readonly number[], a: readonly number[]): number =>
    INTENTS.reduce((sum, label) => sum + f1(label, t, a), 0) / INTENTS.length
  const named = (
    name: string,
    rows: typeof defined,
    figure: (t: readonly number[], a: readonly number[]) => number,
  ): Quality => {
    const truth = rows.map(([row]) => bitsOf(MARKED.filter((_, k) => row.truth[k])))
    const answers = rows.map(([, intents]) => bitsOf(intents.map(({ label }) => label)))
    const [low, high] = bootstrap(truth, answers, figure)
    return { name, value: figure(truth, answers), low, high, n: rows.length }
  }
  const random = defined.filter(([{ isRandom }]) => isRandom)
  return [
    named('nine intents mF1', defined, mean),
    named('nine intents mF1 of texts drawn at random', random, mean),
    ...INTENTS.map((label) => named(`intent ${label} F1`, defined, (t, a) => f1(label, t, a))),
    ...measureUrgency(defined),
    ...measureSets(said),
  ]
}

/** No intent at all is `other`. */
function bitsOf(intents: readonly Intent[]): number {
  const labels: readonly Intent[] = intents.length > 0 ? intents : ['other']
  return labels.reduce((bits, label) => bits | (1 << INTENTS.indexOf(label)), 0)
}

function measureUrgency(defined: readonly (readonly [IntentRow, Said])[]): Quality[] {
  const rows = defined.filter(([{ urgency }]) => urgency !== undefined)
  const truth = rows.map(([{ urgency = 'low' }]) => URGENCIES.indexOf(urgency))
  const answers = rows.map(([{ dense, isAddressed }, intents]) => {
    const cues = dense.subarray(SIGNAL_COUNT, SIGNAL_COUNT + CUE_COUNT)
    return URGENCIES.indexOf(scoreUrgency(intents, cues, isAddressed).urgency)
  })
  return [
    qualityOf('urgency accuracy', truth, answers, 3, (m) => m.accuracy),
    qualityOf('urgency mF1', truth, answers, 3, (m) => m.macroF1),
  ]
}

/** What the intents make of the sets that have labels of their own. */
function measureSets(said: ReadonlyMap<IntentRow, Said>): Quality[] {
  const of = (set: string): [number[], Said[]] => {
    const own = [...said].flatMap(([row, intents]) => (row.own?.set === set ? [{ y: row.own.label, intents }] : []))
    return [own.map(({ y }) => y), own.map(({ intents }) => intents)]
  }
  const [complaints, complained] = of('complaints')
  const [types, typed] = of('appreview-maalej')
  return [
    qualityOf(
      'complaints mF1',
      complaints,
      complained.map((intents) => (intents.some(({ label }) => label === 'complaint') ? 1 : 0)),
      2,
      (m) => m.macroF1,
    ),
    qualityOf(
      'app-review type by intents mF1',
      types,
      typed.map((intents) => typeOf(intents)),
      3,
      (m) => m.macroF1,
    ),
  ]
}

/** 0 bug, 1 feature, 2 neither: the surer one. */
function typeOf(intents: Said): number {
  const sure = (label: Intent): number => intents.find((intent) => intent.label === label)?.confidence ?? 0
  const [bug, feature] = [sure('bug_report'), sure('feature_request')]
  return bug === 0 && feature === 0 ? 2 : bug >= feature ? 0 : 1
}
