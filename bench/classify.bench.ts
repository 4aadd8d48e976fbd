import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

import { decodeBundle } from '../src/classify/artefact.ts'
import { createClassifier } from '../src/classify/classifier.ts'
import { createQuick } from '../src/classify/fast.ts'
import { loadArtefacts } from '../src/classify/load.ts'
import { rivals } from './classify-quality.ts'
import { samples } from './classify-samples.ts'

export const name = 'classify'

export interface Figure {
  name: string
  value: number
  unit: string
  against: string
  goal: number
  pass: boolean
  rounds: number
  spread: number
}

const root = join(import.meta.dirname, '..')
const models = join(root, 'data/models')

/** Documents per CPU-second in interleaved rounds, so that a busy machine slows all alike. */
export async function run(ctx: { rounds: number; full: boolean }): Promise<Figure[]> {
  const texts = readTexts(ctx.full ? 2000 : 600)
  const artefacts = loadArtefacts(models)
  const classifier = createClassifier(artefacts)
  const quick = createQuick(decodeBundle(artefacts['quick'] ?? new Uint8Array()))
  const systems: { name: string; repeat: number; one: (text: string) => unknown }[] = [
    { name: 'quick', repeat: 20, one: quick },
    { name: 'full', repeat: 2, one: (text) => classifier.classify({ text, kind: 'mention' }) },
    ...rivals().map(({ name: system, answer }) => ({ name: system, repeat: 1, one: answer })),
  ]
  const speeds = new Map<string, number[]>(systems.map((system) => [system.name, []]))
  // The first round warms the compiler and is thrown away.
  for (let round = 0; round <= ctx.rounds; round++) {
    for (const { name: system, repeat, one } of systems) {
      const speed = measureSpeed(texts, repeat, one)
      if (round > 0) speeds.get(system)?.push(speed)
    }
  }
  const figures: Figure[] = []
  const ratio = (label: string, of: string, to: string, goal: number): void => {
    const values = (speeds.get(of) ?? []).map((speed, i) => speed / (speeds.get(to)?.[i] ?? Number.NaN))
    if (values.length > 0 && values.every(Number.isFinite)) figures.push(figure(label, values, 'ratio', to, goal, true))
  }
  ratio('sentiment alone (quick head)', 'quick', 'natural tokenise + Porter + AFINN', 20)
  ratio('sentiment alone (quick head)', 'quick', 'vader-sentiment', 60)
  ratio('all heads, language and cues', 'full', 'natural tokenise + Porter + AFINN', 0.5)
  figures.push(figure('all heads, language and cues', speeds.get('full') ?? [], 'docs/CPU-s', 'goal', 10_000, true))
  const starts = Array.from({ length: Math.max(3, ctx.rounds) }, measureStart)
  figures.push(
    figure(
      'load models and classify once',
      starts.map((s) => s.ms),
      'CPU ms',
      'goal',
      200,
      false,
    ),
  )
  figures.push(
    figure(
      'resident memory added by the models and 600 posts',
      starts.map((s) => s.mb),
      'MB',
      'goal',
      80,
      false,
    ),
  )
  return figures
}

function measureSpeed(texts: readonly string[], repeat: number, one: (text: string) => unknown): number {
  const from = process.cpuUsage()
  for (let i = 0; i < repeat; i++) for (const text of texts) one(text)
  const used = process.cpuUsage(from)
  return (texts.length * repeat) / ((used.user + used.system) / 1e6)
}

function figure(
  label: string,
  values: readonly number[],
  unit: string,
  against: string,
  goal: number,
  isMore: boolean,
): Figure {
  const sorted = values.toSorted((a, b) => a - b)
  const value = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  const spread = (sorted.at(-1) ?? 0) - (sorted[0] ?? 0)
  return {
    name: label,
    value,
    unit,
    against,
    goal,
    pass: isMore ? value >= goal : value <= goal,
    rounds: values.length,
    spread,
  }
}

/** A process of its own: nothing else of the bench is in its memory. */
function measureStart(): { ms: number; mb: number } {
  const script = `
    const { createClassifier } = await import(${JSON.stringify(join(root, 'src/classify/classifier.ts'))})
    const { loadArtefacts } = await import(${JSON.stringify(join(root, 'src/classify/load.ts'))})
    const { samples } = await import(${JSON.stringify(join(root, 'bench/classify-samples.ts'))})
    const from = process.memoryUsage().rss
    const cpu = process.cpuUsage()
    const c = createClassifier(loadArtefacts(${JSON.stringify(models)}))
    c.classify({ text: 'hello', kind: 'mention' })
    const used = process.cpuUsage(cpu)
    const ms = (used.user + used.system) / 1000
    for (const text of samples(600)) c.classify({ text, kind: 'mention' })
    console.log(JSON.stringify({ ms, mb: (process.memoryUsage().rss - from) / 1e6}))`
  const done = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`the start could not be measured: ${done.stderr}`)
  return JSON.parse(done.stdout) as { ms: number; mb: number }
}

/** Real posts where the data lies beside the checkout, else made ones of like length. */
function readTexts(count: number): string[] {
  const file = join(root, '../shared/data/classification/semeval2017-4a/dev.jsonl.gz')
  if (!existsSync(file)) return samples(count)
  const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n').slice(0, count)
  return lines.filter(Boolean).map((line) => (JSON.parse(line) as { text: string }).text)
}
