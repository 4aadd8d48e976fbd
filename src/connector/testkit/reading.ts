import { isConnectorError, type ConnectorError } from '../errors.ts'
import type { Page } from '../contract.ts'
import type { KitOptions, World } from './world.ts'

export type Way = 'poll' | 'search'

export interface Run<Cursor> {
  pages: Page<Cursor>[]
  /** Where the next run resumes: as the store would have saved it. */
  cursor: Cursor
  error?: unknown
}

/** One run, as the worker does it: every cursor goes through JSON and the connector's schema. Never throws. */
export async function readOnce<Config, Cursor>(
  kit: KitOptions<Config, Cursor>,
  world: World<Config>,
  way: Way,
  from: Cursor = kit.connector.start,
  most = Number.POSITIVE_INFINITY,
): Promise<Run<Cursor>> {
  const run: Run<Cursor> = { pages: [], cursor: thaw(kit, from) }
  try {
    for await (const page of open(kit, world, way, run.cursor)) {
      run.pages.push(page)
      run.cursor = thaw(kit, page.cursor)
      if (run.pages.length >= most) break
    }
  } catch (error) {
    run.error = error
    world.spoken.push(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
  }
  return run
}

/** Runs until nothing fails any more, waiting on the virtual clock as long as the errors ask for. */
export async function readThrough<Config, Cursor>(
  kit: KitOptions<Config, Cursor>,
  world: World<Config>,
  way: Way,
  from: Cursor = kit.connector.start,
): Promise<Run<Cursor>> {
  const all: Run<Cursor> = { pages: [], cursor: from }
  for (let tries = 0; tries < 500; tries++) {
    const run = await readOnce(kit, world, way, all.cursor)
    all.pages.push(...run.pages)
    all.cursor = run.cursor
    if (run.error === undefined) return all
    if (!isConnectorError(run.error) || run.error.kind !== 'rate_limited') throw run.error
    world.clock.set((run.error.retryAt ?? world.clock.now()) + 1)
  }
  throw new Error('still rate limited after 500 runs')
}

/** What makes a mention one mention, sorted. */
export function keysOf(...runs: Run<unknown>[]): string[] {
  const keys = runs.flatMap(({ pages }) => pages.flatMap(({ items }) => items.map(({ externalId }) => externalId)))
  return [...new Set(keys)].sort()
}

export function asConnectorError(error: unknown): ConnectorError {
  if (isConnectorError(error)) return error
  throw new Error(`a ConnectorError was expected, thrown was: ${String(error)}`, { cause: error })
}

function open<Config, Cursor>(kit: KitOptions<Config, Cursor>, world: World<Config>, way: Way, cursor: Cursor) {
  const { connector, search } = kit
  if (way === 'poll') return connector.poll(world.host, cursor)
  if (!connector.search || !search) throw new Error('the kit has no search')
  return connector.search(world.host, search, cursor)
}

function thaw<Config, Cursor>(kit: KitOptions<Config, Cursor>, cursor: Cursor): Cursor {
  return kit.connector.cursor.parse(JSON.parse(JSON.stringify(cursor)))
}
