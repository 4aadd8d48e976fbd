import { createBase } from './classify/classifier.ts'
import { challenge } from './classify/guard.ts'
import { type Correction, readReplay } from './classify/learn.ts'
import { loadArtefacts } from './classify/load.ts'
import type { ModelFigures } from './domain/learning.ts'
import { packBlob } from './store/blob.ts'

/** A version ready to be stored. */
export interface TrainedDelta {
  accepted: boolean
  name: string
  base: string
  figures: ModelFigures
  delta: Uint8Array
  pins: Uint8Array
}

export interface TrainingWork {
  modelsFolder: string
  log: Correction[]
  championLines: number | undefined
}

/** Some seconds of pure work, see trainer.ts. */
export function train({ modelsFolder, log, championLines }: TrainingWork): TrainedDelta {
  const from = performance.now()
  const artefacts = loadArtefacts(modelsFolder)
  const base = createBase(artefacts)
  const { accepted, knowledge, figures } = challenge(base, log, readReplay(artefacts), championLines)
  const { version: name, pinned, ...delta } = knowledge
  return {
    accepted,
    name,
    base: base.version,
    figures: { ...figures, tookMs: Math.round(performance.now() - from) },
    delta: packBlob(delta),
    pins: packBlob(pinned),
  }
}
