import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

import { faithfulness, perturbAll, PERTURBATIONS } from '../bench/classify-perturb.ts'
import { createClassifier } from '../src/classify/classifier.ts'
import { loadArtefacts } from '../src/classify/load.ts'
import { measure } from '../src/classify/metrics.ts'
import { readSplit } from '../src/classify/train/data.ts'
import { SENTIMENTS } from '../src/classify/types.ts'
import { sharedPath } from './helpers/shared.ts'

const classifier = createClassifier(loadArtefacts(join(import.meta.dirname, '../data/models')))
const file = sharedPath('data/classification/semeval2017-4a/dev.jsonl.gz')
const folder = file ? dirname(dirname(file)) : ''
if (!existsSync(folder)) console.warn('the labelled posts are not beside this checkout: robustness is not tested')

describe.skipIf(folder === '')('on labelled posts', () => {
  const rows = folder ? readSplit(folder, 'semeval2017-4a', 'dev').slice(0, 800) : []
  const texts = rows.map(({ text }) => text)
  const truth = rows.map(({ label }) => SENTIMENTS.indexOf(label as (typeof SENTIMENTS)[number]))
  const recallOf = (list: readonly string[]): number => {
    const said = list.map((text) => SENTIMENTS.indexOf(classifier.classify({ text, kind: 'mention' }).sentiment))
    return measure(truth, said, 3).macroRecall
  }

  it.each(Object.keys(PERTURBATIONS))('judges as well with %s', (name) => {
    const { before, after } = perturbAll(texts, name)
    expect(after.some((text, i) => text !== before[i])).toBe(true)
    expect(Math.abs(recallOf(after) - recallOf(before))).toBeLessThanOrEqual(0.02)
  })

  it('names a word whose loss moves the score where it says', () => {
    const { share, n } = faithfulness(classifier, texts.slice(0, 100))
    expect(n).toBeGreaterThan(95)
    expect(share).toBeGreaterThanOrEqual(0.99)
  })
})
