import type { Page } from '../connector/contract.ts'
import { ingestPage } from '../store/ingest.ts'
import { activeSources, recheckCandidates } from '../store/polling.ts'
import { loadWorkspace, storingRules } from '../store/settings.ts'
import type { WorkContext } from './context.ts'

const recentMs = 14 * 24 * 60 * 60 * 1000
const batch = 100
/** Where the walk over each source's recent mentions stands; starts at the newest again after a restart. */
const positions = new WeakMap<object, Map<string, number>>()

/** Asks platforms that can tell whether recent mentions were edited or deleted, a batch a source each time. */
export async function recheckSources(context: WorkContext, signal: AbortSignal): Promise<void> {
  const rows = await activeSources(context.store.read)
  const walk = positions.get(context.store) ?? new Map<string, number>()
  positions.set(context.store, walk)
  for (const source of rows) {
    if (signal.aborted) return
    await recheckSource(context, source, walk, signal).catch((error: unknown) =>
      context.log.info('recheck was put off', {
        source: source.id,
        error: error instanceof Error ? error.message : String(error),
      }),
    )
  }
}

async function recheckSource(
  context: WorkContext,
  source: Parameters<WorkContext['connect']>[0],
  walk: Map<string, number>,
  signal: AbortSignal,
): Promise<void> {
  const { connector, host, platform, instance } = await context.connect(source, signal)
  if (!connector.recheck) return
  const since = context.now() - recentMs
  const rows = await recheckCandidates(context.store.read, source.id, since, walk.get(source.id) ?? 0, batch)
  walk.set(source.id, rows.length < batch ? 0 : (rows.at(-1)?.seq ?? 0))
  if (rows.length === 0) return
  const changes = await connector.recheck(
    host,
    rows.map((row) => ({ externalId: row.externalId, ...(row.uri === null ? {} : { uri: row.uri }) })),
  )
  const known = new Map(rows.map((row) => [row.externalId, row]))
  const items = changes.flatMap((change): Page<unknown>['items'] => {
    if (change.type === 'edited') return [change.item]
    return known.has(change.externalId) ? [tombstone(change.externalId)] : []
  })
  if (items.length === 0) return
  const rules = storingRules(await loadWorkspace(context.store.read))
  await context.store.write((tx) =>
    ingestPage(
      tx,
      { id: source.id, platform, instance, connectedAt: source.connectedAt, settings: source.settings },
      { items },
      { now: context.now(), newId: context.newId, ...rules },
    ),
  )
}

function tombstone(externalId: string): Page<unknown>['items'][number] {
  return { externalId, kind: 'post', author: { externalId: '', handle: '' }, text: '', createdAt: 0, deleted: true }
}
