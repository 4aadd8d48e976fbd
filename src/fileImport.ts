import { parseMentionFile } from '../connectors/file/parseMentionFile.ts'
import type { IncomingMention } from './domain/mention.ts'
import { appendAudit } from './store/audit.ts'
import { findSource } from './store/sources.ts'
import type { Act } from './store/threadActions.ts'
import type { WorkContext } from './work/context.ts'
import { storePage } from './work/poll.ts'

/** Mentions of one transaction: requests get their turn between two. */
const batchSize = 100

type FileSource = NonNullable<Awaited<ReturnType<typeof findSource>>>

export interface FileCounts {
  added: number
  changed: number
  /** Were here already, just so. */
  known: number
}

export interface FileOutcome extends FileCounts {
  /** What could not be read, by the line where it begins (the first is 1). */
  errors: { line: number; error: string }[]
}

/** Reads an uploaded file into its source; the worker classifies. Undefined: no such source, or one that takes no files. */
export async function importMentions(
  work: WorkContext,
  sourceId: string,
  bytes: Uint8Array,
  filename: string,
  act: Act,
): Promise<FileOutcome | undefined> {
  const source = await findSource(work.store.read, sourceId)
  if (source?.connector !== 'file') return undefined
  const { items, errors } = parseMentionFile(bytes, filename)
  const counts = await ingestFileItems(work, source, items)
  const data = { file: filename.slice(0, 200), ...counts, broken: errors.length }
  const entry = { at: act.now, actor: act.userId, action: 'source.upload', object: `source:${source.id}`, data }
  await work.store.write((tx) => appendAudit(tx, { ...entry, ip: act.ip }))
  return { ...counts, errors }
}

export async function ingestFileItems(
  work: WorkContext,
  source: FileSource,
  items: readonly IncomingMention[],
): Promise<FileCounts> {
  const connection = await work.connect(source, AbortSignal.timeout(10 * 60_000))
  const total = { added: 0, changed: 0 }
  for (let from = 0; from < items.length; from += batchSize) {
    const page = { items: items.slice(from, from + batchSize), cursor: undefined }
    const { added, changed } = await storePage(work, source, connection, page)
    total.added += added.length
    total.changed += changed.length
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { ...total, known: items.length - total.added - total.changed }
}
