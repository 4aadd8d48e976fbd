import { urls } from '../../../../views/urls.ts'
import { createRandomSample, type RandomSample } from '../../../domain/randomSample.ts'
import { createSorter, strataOf, widestOf, type Stratum } from '../../../query/strata.ts'
import { advance, isDone, startWalk, type HistoryRow, type Walk } from '../../../store/history.ts'
import { documentOf } from '../../../store/matchDocument.ts'
import { insertDraw } from '../../../store/quality.ts'
import { findQuery, type ListeningQuery } from '../../../store/queries.ts'
import { queryOfVersion } from '../../../store/queryVersions.ts'
import { actOf } from '../../act.ts'
import { goTo } from '../../respond.tsx'
import { setFlash } from '../../shell.ts'
import type { Ctx } from '../../web.ts'
import { dropRun, findRun, goOn, takeUpRun } from './runs.ts'

/** Of the matches: enough for ± 5 %. Of each NOT: with none relevant among 120, at most 2.5 % are lost. */
const sizes = { match: 400, not: 120, near: 80 } as const

/** Each POST counts for so long. */
const turnMs = 1_000

export interface Drawing {
  walk: Walk
  seed: number
  strata: Stratum[]
  samples: RandomSample[]
  take(rows: HistoryRow[]): void
}

/** A drawing that is going on for the version in force. */
export function findDrawing(c: Ctx, query: ListeningQuery): Drawing | undefined {
  return findRun<Drawing>(c.get('web').store, keyOf(query))?.state
}

/**
 * Draws random samples of what the version in force matches, nearly matches and excludes. Every POST counts a little
 * further; the one that comes to the end stores them.
 */
export async function drawSamples(c: Ctx): Promise<Response> {
  const web = c.get('web')
  const { store } = web
  const found = await findQuery(store.read, c.req.param('id') ?? '')
  const parsed = found && (await queryOfVersion(store.read, found.seq, found.version))
  if (!found || !parsed?.ok) return c.notFound()
  const key = keyOf(found)
  const act = actOf(c)
  const run = await takeUpRun<Drawing>(store, key, async () => {
    const strata = strataOf(parsed.query)
    const walk = await startWalk(store.read, widestOf(strata))
    return startDrawing(walk, strata, seedOf(act.newId()))
  })
  await goOn(run, c.req.raw.signal, turnMs, async ({ walk, take }, enough) => {
    await advance(store.read, walk, take, enough)
    // Whoever comes to the end first stores it, others who wait find it done.
    if (!isDone(walk) || findRun(store, key) !== run) return
    dropRun(store, key)
    await keep(c, found, run.state)
    setFlash(c, 'sampleDrawn')
  })
  return goTo(c, urls.queryQuality(found.id))
}

function startDrawing(walk: Walk, strata: Stratum[], seed: number): Drawing {
  const sort = createSorter(strata)
  const samples = strata.map(({ kind }, index) => createRandomSample(sizes[kind], (seed + index) >>> 0))
  return {
    walk,
    seed,
    strata,
    samples,
    take(rows) {
      for (const row of rows) {
        const index = sort(documentOf(row))
        if (index !== undefined) samples[index]?.offer(row.mention.seq)
      }
    },
  }
}

async function keep(c: Ctx, query: ListeningQuery, { strata, samples, seed }: Drawing): Promise<void> {
  const { store } = c.get('web')
  const parts = strata.map(({ kind, change, term }, index) => ({
    kind,
    change,
    term,
    population: samples[index]?.population ?? 0,
  }))
  const fields = { querySeq: query.seq, version: query.version, seed, parts }
  const drawn = samples.map((sample) => sample.items())
  await store.write((tx) => insertDraw(tx, actOf(c), fields, drawn))
}

function keyOf({ seq, version }: ListeningQuery): string {
  return `draw ${seq} ${version}`
}

/** The last 32 bits of an id: random where ids are. */
function seedOf(id: string): number {
  return Number.parseInt(id.slice(-8), 16)
}
