// npm run train [-- --data FOLDER --seed N]: trains every head and writes data/models/*.bin.zst.
// --only decision fits intents, thresholds and calibration again to the heads that are there.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { constants, zstdCompressSync } from 'node:zlib'

import { CUES } from '../cues.ts'
import { parseLexicon } from '../lexicon.ts'
import { loadArtefacts } from '../load.ts'
import { trainDecision, type Unseen } from './decision.ts'
import {
  type HeadPlan,
  loadSet,
  newFeaturiser,
  PLANS,
  scoreUnseen,
  type Trained,
  trainHead,
  trainNet,
} from './english.ts'
import { trainLanguage } from './language.ts'
import { trainLanguages } from './languages.ts'
import { packEnglish } from './packEnglish.ts'
import { trainQuick } from './quick.ts'
import { packReplay } from './replay.ts'
import { readVectors } from './vectors.ts'

const root = join(import.meta.dirname, '../../..')
const { values } = parseArgs({
  options: {
    data: { type: 'string', default: join(root, '../shared/data/classification') },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    out: { type: 'string', default: join(root, 'data/models') },
  },
})
const seed = Number(values.seed)
const folder = values.data
const lexicons = join(root, 'data/lexicons')
const started = performance.now()
const say = (message: string): void =>
  console.error(`${((performance.now() - started) / 1000).toFixed(1)} s  ${message}`)

const lexiconText = readFileSync(join(lexicons, 'valences.tsv'), 'utf8')
const lexicon = parseLexicon(lexiconText)
const labels = readFileSync(join(lexicons, 'labels.tsv'), 'utf8')
const bundles: Record<string, Uint8Array> = {}
/** Heads whose training texts also teach the intents, through scores by models that have not seen them. */
const CROSSED = new Set(['complaint', 'purchase', 'apptype'])
/** Of the large sets, the few texts that are labelled with intents are left out instead. */
const held = new Set(
  labels.split('\n').map((line) => {
    const [set, split, row] = line.split('\t')
    return `${split} ${set} ${row}`
  }),
)
const unseen: Unseen = {}
const wants = (name: string): boolean => !values.only || values.only.split(',').includes(name)

if (wants('english')) bundles['english'] = trainEnglish()
if (wants('languages')) bundles['languages'] = trainLanguages(folder, lexicon, seed)
say('languages')
if (wants('quick')) bundles['quick'] = trainQuick(folder, seed)
say('quick head')
if (wants('language')) bundles['language'] = trainLanguage(folder, join(lexicons, 'declaration.tsv'), seed)
say('language identification')
if (wants('decision')) {
  // Alone, the decision is fitted to the weights that are there; only the heads whose texts it learns from are trained again.
  if (!bundles['english']) {
    Object.assign(bundles, loadArtefacts(values.out))
    trainHeads(PLANS.filter(({ name }) => name === 'goemotions' || CROSSED.has(name)))
  }
  const { english, decision } = trainDecision(folder, bundles['english'] ?? new Uint8Array(), labels, unseen, seed)
  bundles['english'] = english
  const hash = createHash('sha256').update(labels).update(JSON.stringify(CUES))
  for (const name of ['english', 'language', 'languages', 'quick']) hash.update(bundles[name] ?? new Uint8Array())
  const version = `earshot-${hash.digest('hex').slice(0, 10)}`
  bundles['decision'] = decision(version)
  say(`decision ${version}`)
  bundles['replay'] = packReplay(folder, bundles, seed)
}
for (const [name, bytes] of Object.entries(bundles))
  if (wants(name) || name === 'replay' || (name === 'english' && wants('decision'))) write(name, bytes)

function trainEnglish(): Uint8Array {
  const { trained, words } = trainHeads(PLANS)
  return packEnglish(trained, words, lexiconText)
}

function trainHeads(plans: readonly HeadPlan[]): { trained: Trained[]; words: string[] } {
  const texts = PLANS.flatMap((plan) => (plan.net ? [loadSet(folder, plan, 'train', newFeaturiser(lexicon))] : []))
  const counts = new Map<string, number>()
  for (const { examples } of texts) {
    for (const { doc } of examples) for (const norm of doc.tokens.norm) counts.set(norm, (counts.get(norm) ?? 0) + 1)
  }
  const extra = [...counts]
    .filter(([, count]) => count >= 8)
    .map(([word]) => word)
    .toSorted()
  const vectors = readVectors(join(lexicons, 'glove.bin.br'), extra, seed)
  const featuriser = newFeaturiser(lexicon, vectors.rows)
  const trained: Trained[] = []
  for (const plan of plans) {
    const loaded = loadSet(folder, plan, 'train', featuriser, CROSSED.has(plan.name) ? undefined : held)
    const model = trainHead(loaded, plan, trained, seed)
    const net = trainNet(loaded, plan, vectors, seed)
    if (CROSSED.has(plan.name))
      unseen[plan.set] = { head: plan.name, scores: scoreUnseen(loaded, plan, trained, vectors, seed) }
    trained.push({ plan, model, ...(net ? { net } : {}) })
    say(plan.name)
  }
  return { trained, words: vectors.words }
}

function write(name: string, bytes: Uint8Array): void {
  // Smaller than brotli here and unpacked three times as fast, which is most of the time that loading takes.
  const packed = zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 19 } })
  writeFileSync(join(values.out, `${name}.bin.zst`), packed)
  console.log(`${name}.bin.zst\t${packed.length} bytes\t${bytes.length} unpacked`)
}
