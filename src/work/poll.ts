import type { Page } from '../connector/contract.ts'
import { isConnectorError } from '../connector/errors.ts'
import { backOff, type SourceState } from '../domain/source.ts'
import { ingestPage, type IngestPage } from '../store/ingest.ts'
import { recordFailure, recordSuccess, sourceRow } from '../store/polling.ts'
import { idleBefore, loadWorkspace, storingRules } from '../store/settings.ts'
import type { Tx } from '../store/store.ts'
import { closeIdle } from '../store/upkeep.ts'
import { prepareEnrichment } from './enrich.ts'
import type { Connection, SourceRow, WorkContext } from './context.ts'

type Source = NonNullable<SourceRow>

/** One run of one source: pages are stored as they come, each with its cursor. Never throws for the platform's sake. */
export async function pollSource(context: WorkContext, sourceId: string, signal: AbortSignal): Promise<void> {
  const source = await sourceRow(context.store.read, sourceId)
  if (!source || (source.state !== 'active' && source.state !== 'failing')) return
  try {
    const connection = await context.connect(source, signal)
    const cursor = connection.connector.cursor.safeParse(source.cursor)
    const start = cursor.success && source.cursor !== null ? cursor.data : connection.connector.start
    let readTo: number | undefined
    for await (const page of connection.connector.poll(connection.host, start)) {
      await storePage(context, source, connection, page)
      readTo = Math.max(readTo ?? 0, page.covered?.to ?? 0)
      signal.throwIfAborted()
    }
    const recovered = await context.store.write((tx) => recordSuccess(tx, source.id, context.now(), readTo))
    if (recovered) context.log.info('source is back', { source: source.id, connector: source.connector })
  } catch (error) {
    if (signal.aborted) throw error
    await storeFailure(context, source, error)
  }
}

/** One page in one transaction; `first` runs in it before anything is stored (a stream's own position). */
export async function storePage(
  context: WorkContext,
  source: Pick<Source, 'id' | 'connectedAt' | 'settings'>,
  { platform, instance }: Pick<Connection, 'platform' | 'instance'>,
  page: Page<unknown> & Pick<IngestPage, 'again'>,
  first?: (tx: Tx) => Promise<void>,
) {
  for (const warning of page.warnings ?? []) context.log.warn('source warns', { source: source.id, warning })
  const enrich = await prepareEnrichment(context)
  return context.store.write(async (tx) => {
    // Read here: another connection would have to look up anew every page that the last commit changed.
    const workspace = await loadWorkspace(tx)
    await first?.(tx)
    const outcome = await ingestPage(
      tx,
      { id: source.id, platform, instance, connectedAt: source.connectedAt, settings: source.settings },
      page,
      {
        now: context.now(),
        newId: context.newId,
        ...storingRules(workspace),
        ...(enrich ? { enrich } : {}),
      },
    )
    // History that is older than what the workspace answers never shows up as late.
    const idle = idleBefore(workspace, context.now())
    if (idle !== undefined && page.items.some((item) => item.createdAt < idle))
      await closeIdle(tx, idle, context.now(), page.items.length)
    return outcome
  })
}

const stateAfter: Partial<Record<string, SourceState>> = { auth: 'needs_auth', gone: 'gone' }

async function storeFailure(context: WorkContext, source: Source, error: unknown): Promise<void> {
  const now = context.now()
  const known = isConnectorError(error)
  const kind = known ? error.kind : 'defect'
  const message = error instanceof Error ? error.message : String(error)
  const wait = backOff(source.intervalSeconds, source.errorCount + 1, context.random())
  const retryAt = known && error.retryAt !== undefined ? Math.max(error.retryAt, now + 1000) : now + wait
  const wasWell = await context.store.write((tx) =>
    recordFailure(tx, source.id, {
      error: { kind, message, at: now },
      state: stateAfter[kind] ?? (kind === 'rate_limited' ? 'active' : 'failing'),
      nextPollAt: retryAt,
      // Waiting for a budget is not a failure of the source.
      counts: kind !== 'rate_limited',
    }),
  )
  if (wasWell && kind !== 'rate_limited')
    context.log.warn('source is down', {
      source: source.id,
      connector: source.connector,
      kind,
      error: known ? message : error,
    })
}
