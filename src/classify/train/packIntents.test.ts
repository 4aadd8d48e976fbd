import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

import { Convolution } from '../convolution.ts'
import { decodeBundle } from '../artefact.ts'
import { Engine } from '../engine.ts'
import { Featuriser } from '../features.ts'
import { INTENT_HEAD, MARKED } from '../intents.ts'
import { parseLexicon } from '../lexicon.ts'
import { loadArtefacts } from '../load.ts'
import { emptyLinear } from './linear.ts'
import { INTENT_BLOCK, packIntents } from './packIntents.ts'

const english = loadArtefacts(join(import.meta.dirname, '../../../data/models'))['english'] ?? new Uint8Array()

/** Every word speaks for an intent as loudly as its number. */
const models = MARKED.map((_, k) => {
  const model = emptyLinear({
    ...INTENT_BLOCK,
    classes: 1,
    mode: 'sigmoid',
    dense: 0,
    epochs: 0,
    rate: 0,
    l2: 0,
    seed: 1,
  })
  model.words.fill(k + 1)
  return model
})

function scores(bytes: Uint8Array) {
  const bundle = decodeBundle(bytes)
  const engine = new Engine(bundle)
  const featuriser = new Featuriser(parseLexicon(bundle.text('lexicon')), 'en', Convolution.rowsOf(bundle))
  const doc = featuriser.read('it does not open since the update')
  engine.score(doc)
  const at = engine.head(INTENT_HEAD)?.at ?? 0
  return { size: engine.size, others: engine.logits.slice(0, at), intents: engine.logits.slice(at), doc }
}

describe('packIntents', () => {
  it('puts the words of the intents in the place of those before, and leaves every other head as it was', () => {
    const before = scores(english)
    const after = scores(packIntents(english, models))
    expect(after.others).toEqual(before.others)
    expect(after.size).toBe(before.size)
    const sum = Math.sqrt(after.doc.wordCount)
    expect(after.intents).toHaveLength(MARKED.length)
    after.intents.forEach((logit, k) => expect(logit).toBeCloseTo((k + 1) * sum, 2))
  })

  it('gives the same bytes when it packs the same again', () => {
    const once = packIntents(english, models)
    expect(Buffer.from(packIntents(once, models)).equals(Buffer.from(once))).toBe(true)
  })
})
