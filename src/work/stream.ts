import type { Page } from '../connector/contract.ts'
import { isConnectorError } from '../connector/errors.ts'
import { polledStates } from '../domain/source.ts'
import { afterStreamEnd, isStreamed, type StreamEnd, type StreamMode } from '../domain/stream.ts'
import { sourceRow } from '../store/polling.ts'
import {
  itemsOfAuthors,
  noteConnected,
  noteStreamEnd,
  noteStreamOff,
  saveStreamPosition,
  scheduleStream,
  sourcesWithoutStream,
  takeStream,
} from '../store/streams.ts'
import type { Connection, SourceRow, WorkContext } from './context.ts'
import { storePage } from './poll.ts'

type Source = NonNullable<SourceRow>

/** How often a running stream looks whether its source still wants it, ms; notices of changes come sooner. */
const watchMs = 5_000

/** Puts a job on the list for each source that streams and has none. */
export async function openStreams(context: WorkContext): Promise<void> {
  const rows = (await sourcesWithoutStream(context.store.read)).filter((source) => wantsStream(context, source))
  if (rows.length > 0)
    await context.store.write(async (tx) => {
      for (const { id } of rows) await scheduleStream(tx, id, context.now())
    })
}

function wantsStream(context: WorkContext, source: Pick<Source, 'connector' | 'settings'>): boolean {
  return isStreamed(context.manifest(source.connector)?.stream, source.settings)
}

/**
 * One connection of one source, from opening to its end; its lane on the job list has one owner over all processes.
 * Every page is stored with the stream's position and the ledger in one transaction. Answers when to connect again,
 * epoch ms; undefined: the source does not stream any more. Never throws for the platform's sake.
 */
export async function streamSource(
  context: WorkContext,
  sourceId: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  const source = await sourceRow(context.store.read, sourceId)
  if (!source || !isWanted(context, source)) return turnOff(context, sourceId)
  const owner = context.newId()
  const row = await context.store.write((tx) => takeStream(tx, sourceId, owner, context.now()))
  const watch = watchSource(context, source)
  const over = new AbortController()
  const run: Run = { context, source, owner, mode: row.mode, connectedAt: undefined, readTo: row.readTo ?? undefined }
  try {
    const connection = await context.connect(source, AbortSignal.any([signal, watch.signal, over.signal]))
    for await (const page of pagesOf(connection, row.cursor)) {
      await storeStreamPage(run, connection, page)
      signal.throwIfAborted()
      watch.signal.throwIfAborted()
    }
    return await finish(run, { kind: 'ended' }, row.failures, 'The platform ended the stream.')
  } catch (error) {
    // Stopping, or another process's turn: the job goes back at once, the position is where the last page left it.
    if (signal.aborted || error === takenOver) return context.now()
    if (watch.signal.aborted) return context.now()
    const known = isConnectorError(error)
    if (!known) context.log.error('a stream failed in an unknown way', { source: source.id, error })
    const message = known ? error.message : 'The connector failed in a way it does not know.'
    return finish(run, known ? error : { kind: 'defect' }, row.failures, message)
  } finally {
    // Also when a page could not be saved: the line must not live on.
    over.abort(new Error('the stream is over'))
    watch.end()
  }
}

interface Run {
  context: WorkContext
  source: Source
  owner: string
  mode: StreamMode
  connectedAt: number | undefined
  readTo: number | undefined
}

const takenOver = new Error('another process streams this source')

function isWanted(context: WorkContext, source: Source): boolean {
  return polledStates.includes(source.state) && wantsStream(context, source)
}

async function turnOff(context: WorkContext, sourceId: string): Promise<undefined> {
  await context.store.write((tx) => noteStreamOff(tx, sourceId, context.newId(), context.now()))
  return undefined
}

function pagesOf({ connector, host }: Connection, cursor: unknown): AsyncIterable<Page<unknown>> {
  if (!connector.stream) throw new Error(`${connector.manifest.id} offers a stream and has none`)
  return connector.stream(host, cursor ?? undefined)
}

async function storeStreamPage(run: Run, connection: Connection, page: Page<unknown>): Promise<void> {
  const { context, source, owner } = run
  const now = context.now()
  if (run.connectedAt === undefined) await connected(run, page, now)
  const gone = await itemsOfAuthors(context.store.read, connection, page.goneAuthors ?? [])
  const { cursor, ...rest } = page
  const readTo = page.covered?.to
  const items = [...page.items, ...gone.map(tombstone)]
  let mode: StreamMode = run.mode
  await storePage(context, source, connection, { ...rest, cursor: undefined, items }, async (tx) => {
    const kept = await saveStreamPosition(tx, { sourceId: source.id, owner, cursor, readTo, now })
    if (kept === undefined) throw takenOver
    mode = kept
  })
  if (mode === 'streaming' && run.mode !== 'streaming')
    context.log.info('stream is live', { source: source.id, connector: source.connector })
  run.mode = mode
  if (readTo !== undefined) run.readTo = readTo
}

/** The first page: does the stream begin where reading ended, or must a poll read what lies between? */
async function connected(run: Run, page: Page<unknown>, now: number): Promise<void> {
  const { context, source, owner } = run
  const from = page.covered?.from ?? now
  const isWhole = run.readTo !== undefined && from <= run.readTo
  run.connectedAt = now
  const sourceId = source.id
  const waitsForPollTo = isWhole ? null : from
  if (!(await context.store.write((tx) => noteConnected(tx, { sourceId, owner, waitsForPollTo, now })))) throw takenOver
  run.mode = 'catching_up'
}

async function finish(
  { context, source, owner, connectedAt }: Run,
  end: Pick<StreamEnd, 'kind' | 'retryAt'>,
  failuresBefore: number,
  reason: string,
): Promise<number> {
  const now = context.now()
  const ranMs = connectedAt === undefined ? 0 : Math.max(1, now - connectedAt)
  const { mode, failures, nextAt } = afterStreamEnd(
    { kind: end.kind, retryAt: end.retryAt, ranMs, failures: failuresBefore },
    now,
    context.random(),
  )
  await context.store.write((tx) => noteStreamEnd(tx, { sourceId: source.id, owner, mode, failures, reason, now }))
  const facts = { source: source.id, connector: source.connector, kind: end.kind, error: reason }
  if (failures <= 2) context.log.info('stream ended', { ...facts, mode })
  return nextAt
}

/** Ends the stream when its source is paused, removed, switched off or set up anew. */
function watchSource(context: WorkContext, source: Source) {
  const changed = new AbortController()
  const before = fingerprint(source)
  let looking = false
  let again = false
  async function look(): Promise<void> {
    again = looking
    if (looking) return
    looking = true
    try {
      do {
        again = false
        const now = await sourceRow(context.store.read, source.id)
        if (!now || !isWanted(context, now) || fingerprint(now) !== before)
          changed.abort(new Error('the source changed'))
      } while (again)
    } finally {
      looking = false
    }
  }
  const quietly = () => void look().catch(() => undefined)
  const timer = setInterval(quietly, watchMs)
  timer.unref()
  const unsubscribe = context.store.onCommit((notices) => {
    if (notices.some((notice) => notice.type === 'source' && notice.sourceId === source.id)) quietly()
  })
  return {
    signal: changed.signal,
    end() {
      clearInterval(timer)
      unsubscribe()
    },
  }
}

function fingerprint({ config, secrets, settings }: Source): string {
  return JSON.stringify([config, secrets, settings])
}

function tombstone(externalId: string): Page<unknown>['items'][number] {
  return { externalId, kind: 'post', author: { externalId: '', handle: '' }, text: '', createdAt: 0, deleted: true }
}
