import { tempered } from './calibrate.ts'
import { type Base, classifierOf, type Knowledge, UNSURE_BELOW } from './classifier.ts'
import { explainBy } from './explain.ts'
import { type Classification, type Classifier, type ClassifyInput, SENTIMENTS } from './types.ts'

/** How a workspace judges: what it taught, how modest it should be, and what it calls unsure. */
export interface Judging {
  knowledge?: Knowledge
  /** 1: as the model says. */
  temperature: number
  /** Confidences below this are unsure, 0…1. */
  unsureBelow: number
}

export const plainJudging: Judging = { temperature: 1, unsureBelow: UNSURE_BELOW }

/** Where nothing was taught or set this is the base itself, as fast as it is. */
export function workspaceClassifier(base: Base, { knowledge, temperature, unsureBelow }: Judging): Classifier {
  const plain = classifierOf(base, knowledge)
  if (temperature === 1 && unsureBelow === UNSURE_BELOW) return plain
  const classify = (input: ClassifyInput): Classification => finish(plain.classify(input), temperature, unsureBelow)
  return {
    version: plain.version,
    classify,
    classifyBatch: (inputs) => inputs.map(classify),
    explain: (input) => explainBy(classify, input),
  }
}

/** What a person said of exactly this text (layer 3) is not made modest. */
function finish(said: Classification, temperature: number, unsureBelow: number): Classification {
  if (said.layer === 3) return said
  const [negative = 0, neutral = 0, positive = 0] = tempered(
    SENTIMENTS.map((label) => said.probabilities[label]),
    temperature,
  )
  const probabilities = { negative, neutral, positive }
  const confidence = probabilities[said.sentiment]
  return { ...said, probabilities, confidence, score: positive - negative, unsure: confidence < unsureBelow }
}
