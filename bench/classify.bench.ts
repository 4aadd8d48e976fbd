import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { createClassifier } from '../src/classify/classifier.ts'
import { loadArtefacts } from '../src/classify/load.ts'
import { contenders, FULL, measureSpeeds, NATURAL, QUICK, ratiosOf, readPosts, VADER } from './classify-speed.ts'
import { atLeast, atMost, type BenchContext, type Figure } from './measure.ts'

export const name = 'classify'

// Where the bench is started, since the bundle lies elsewhere than its source.
const root = process.cwd()
const models = join(root, 'data/models')

/** Posts a CPU-second, start and memory. */
export async function run({ rounds }: BenchContext): Promise<Figure[]> {
  const artefacts = loadArtefacts(models)
  const systems = contenders(createClassifier(artefacts), artefacts)
  const speeds = measureSpeeds(systems, readPosts(join(root, '../shared/data/classification')), rounds)
  const starts = Array.from({ length: Math.max(3, rounds) }, measureStart)
  return [
    atLeast('sentiment alone (quick head)', ratiosOf(speeds, QUICK, NATURAL), 20, NATURAL),
    atLeast('sentiment alone (quick head)', ratiosOf(speeds, QUICK, VADER), 60, VADER),
    atLeast('all heads, language and cues', ratiosOf(speeds, FULL, NATURAL), 1, NATURAL),
    atLeast('all heads, language and cues', speeds.get(FULL) ?? [], 25_000, 'a goal of its own', 'posts/CPU-s'),
    atMost(
      'load models and classify once',
      starts.map(({ ms }) => ms),
      200,
      'a start of its own',
      'CPU ms',
    ),
    atMost(
      'memory added by the models',
      starts.map(({ mb }) => mb),
      80,
      'the same, after 600 posts',
      'MB',
    ),
  ]
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
