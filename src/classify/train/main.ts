import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { parseArgs } from 'node:util'

import { encodeBundle, type SectionData } from '../artefact.ts'
import type { EngineMeta } from '../engine.ts'
import { Featuriser } from '../features.ts'
import { parseLexicon } from '../lexicon.ts'
import { readSignals, SIGNAL_COUNT } from '../signals.ts'
import { SENTIMENTS } from '../types.ts'
import { readSplit } from './data.ts'
import { type Example, trainLinear } from './linear.ts'
import { packBlock } from './pack.ts'

const root = join(import.meta.dirname, '../../..')
const { values } = parseArgs({
  options: {
    data: { type: 'string', default: join(root, '../shared/data/classification') },
    seed: { type: 'string', default: '1' },
  },
})
const seed = Number(values.seed)
const lexicon = readFileSync(join(root, 'data/lexicons/valences.tsv'), 'utf8')
const featuriser = new Featuriser(parseLexicon(lexicon), 'en')

const toExample = (text: string): Example => {
  const doc = featuriser.read(text)
  const dense = new Float32Array(SIGNAL_COUNT)
  readSignals(doc, dense)
  return {
    words: doc.words.slice(0, doc.wordCount),
    chars: Int32Array.from(doc.entries.flatMap((entry) => [...entry.chars])),
    dense,
  }
}

const trainHead = (name: string, power: number) => {
  const rows = readSplit(values.data, name, 'train')
  const targets = rows.map((row) => SENTIMENTS.indexOf(row.label as (typeof SENTIMENTS)[number]))
  const counts = [0, 0, 0]
  for (const y of targets) counts[y] = (counts[y] ?? 0) + 1
  const weights = targets.map((y) => (targets.length / 3 / (counts[y] ?? 1)) ** power)
  return trainLinear(
    rows.map((row) => toExample(row.text)),
    targets,
    weights,
    {
      classes: 3,
      mode: 'softmax',
      wordBits: 17,
      charBits: 17,
      dense: SIGNAL_COUNT,
      epochs: 6,
      rate: 0.03,
      l2: 1e-4,
      seed,
    },
  )
}
const models = [trainHead('semeval2017-4a', 1), trainHead('playstore-top20', 0.7)]
const block = packBlock(models, 0)
const data: Record<string, SectionData> = { ...block.data, lexicon }
const meta: EngineMeta = { blocks: [block.meta], heads: [] }
for (const [i, name] of ['mention', 'review'].entries()) {
  const model = models[i]
  if (!model) continue
  meta.heads.push({
    name,
    labels: [...SENTIMENTS],
    mode: 'softmax',
    block: 0,
    offset: i * 3,
    inputs: [],
    temperature: 1.3,
  })
  data[`${name}.dense`] = model.dense
  data[`${name}.bias`] = model.bias
}
const body = encodeBundle({ ...meta }, data)
const version = `earshot-${createHash('sha256').update(body).digest('hex').slice(0, 8)}`
const packed = brotliCompressSync(encodeBundle({ ...meta, version }, data), {
  params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 },
})
writeFileSync(join(root, 'data/models/english.bin.br'), packed)
console.log(version, packed.length)
