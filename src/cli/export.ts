import type { Readable, Writable } from 'node:stream'
import { parseArgs } from 'node:util'
import type { Config } from '../config.ts'
import { epochMs } from '../connector/mentionSchema.ts'
import type { Runtime } from '../runtime.ts'
import { inputOf } from '../classify/inputOf.ts'
import { loadLabels } from '../store/labels.ts'
import { listIdentities } from '../store/customers.ts'
import {
  countOfPlatforms,
  exportCustomers,
  exportMentions,
  exportReplies,
  exportTouchpoints,
  type ExportPage,
} from '../store/exporting.ts'
import { loadWorkspace } from '../store/settings.ts'
import { maskPersonalData } from '../text/personalData.ts'
import { count, UsageError, withRuntime, withUsage, writeLine } from './command.ts'

const usage = 'export mentions|customers|touchpoints|replies|corrections [--since DATE] [--mask]'
const limit = 500
const mostCorrections = 100_000

/** `earshot export …`: JSON lines on standard output, page by page; what it writes, `earshot import` reads. */
export function exportRows(
  config: Config,
  argv: string[],
  _stdin: Readable,
  stdout: Writable,
  stderr: Writable,
): Promise<number> {
  return withUsage(usage, stderr, async () => {
    const { positionals, values } = parseArgs({
      args: argv,
      allowPositionals: true,
      options: { since: { type: 'string' }, mask: { type: 'boolean' } },
    })
    const [what = '', ...rest] = positionals
    const pages = Object.hasOwn(exports, what) ? exports[what] : undefined
    if (!pages || rest.length > 0)
      throw new UsageError('What is to be exported: mentions, customers, touchpoints, replies or corrections?')
    const since = values.since === undefined ? 0 : epochMs(values.since)
    if (since === undefined)
      throw new UsageError(`--since ${values.since}: is not a date (2026-11-01, or with a time).`)
    return withRuntime(config, async (runtime) => {
      const without = forbidden(runtime)
      const masked = values.mask === true || (await loadWorkspace(runtime.store.read)).personalData !== 'keep'
      let written = 0
      for await (const row of pages(runtime, since, without)) {
        await writeLine(stdout, masked ? maskRow(row) : row)
        written++
      }
      if (what !== 'customers') await tellSkipped(runtime, without, what, stderr)
      stderr.write(`${count(written, 'line')}${masked ? ', personal data in texts masked' : ''}.\n`)
      return 0
    })
  })
}

/** Written texts only: a customer's own address is a field, and what `import` links by. */
function maskRow(row: Record<string, unknown>): Record<string, unknown> {
  const texts = ['text', 'title', 'summary'].filter((name) => typeof row[name] === 'string')
  return { ...row, ...Object.fromEntries(texts.map((name) => [name, maskPersonalData(String(row[name]))])) }
}

/** Platforms whose terms do not allow handing their content on. */
function forbidden({ registry }: Runtime): string[] {
  return registry.manifests().flatMap(({ id, platform, policy }) => (policy.exportable ? [] : [platform ?? id]))
}

async function tellSkipped({ store }: Runtime, without: string[], what: string, stderr: Writable): Promise<void> {
  for (const [platform, n] of await countOfPlatforms(store.read, without))
    stderr.write(`Left out: ${what} of ${platform} (${count(n, 'mention')}), whose terms do not allow an export.\n`)
}

type Rows = (runtime: Runtime, since: number, without: readonly string[]) => AsyncGenerator<Record<string, unknown>>

const exports: Record<string, Rows> = {
  async *mentions({ store }, since, without) {
    for await (const row of bySeq((page) => exportMentions(store.read, page), since, without)) yield mentionLine(row)
  },
  async *touchpoints({ store }, since, without) {
    for await (const row of bySeq((page) => exportTouchpoints(store.read, page), since, without)) {
      const { touchpoint: one, customerId, externalRef, mentionId } = row
      const about = { customerId, externalRef, mentionId, replyId: one.replyId, externalKey: one.externalKey ?? one.id }
      const { id, channel, direction, stage, summary, data } = one
      yield prune({ id, ...about, channel, direction, stage, occurredAt: iso(one.occurredAt), summary, data })
    }
  },
  async *customers({ store }, since) {
    for (let after = 0; ;) {
      const rows = await exportCustomers(store.read, { after, limit, since, without: [] })
      const identities = await listIdentities(
        store.read,
        rows.map(({ seq }) => seq),
      )
      const of = Map.groupBy(identities, ({ customerSeq }) => customerSeq)
      for (const row of rows) yield customerLine(row, of.get(row.seq) ?? [])
      const last = rows.at(-1)
      if (!last || rows.length < limit) return
      after = last.seq
    }
  },
  // As `classify --corrections` reads them: what people hold of each mention now.
  async *corrections({ store }, since, without) {
    for (const one of await loadLabels(store.read, mostCorrections, without)) {
      if (one.at < since) continue
      const { text, kind, lang } = inputOf(one.mention)
      const { sentiment, intents, accepted } = one
      yield prune({ text, kind, lang, sentiment, intents, accepted: accepted || null })
    }
  },
  async *replies({ store }, since, without) {
    for (let after = ''; ;) {
      const rows = await exportReplies(store.read, { after, limit, since })
      for (const row of rows) if (!without.includes(row.platform)) yield replyLine(row)
      const last = rows.at(-1)
      if (!last || rows.length < limit) return
      after = last.reply.id
    }
  },
}

async function* bySeq<Row extends { seq: number }>(
  load: (page: ExportPage) => Promise<Row[]>,
  since: number,
  without: readonly string[],
): AsyncGenerator<Row> {
  for (let after = 0; ;) {
    const rows = await load({ after, limit, since, without })
    yield* rows
    const last = rows.at(-1)
    if (!last || rows.length < limit) return
    after = last.seq
  }
}

/** The written form of a mention (mentionSchema), so that another installation can import it, and what we found out. */
function mentionLine({ mention: one, author, threadId, sourceId }: Awaited<ReturnType<typeof exportMentions>>[number]) {
  return prune({
    id: one.id,
    externalId: one.externalId,
    platform: one.platform,
    instance: one.instance || null,
    uri: one.uri,
    url: one.url,
    kind: one.kind,
    author: prune({
      externalId: author.externalId,
      handle: author.handle,
      name: author.name,
      url: author.url,
      followers: author.followers,
    }),
    title: one.title,
    text: one.text,
    lang: one.langDeclared ?? one.lang,
    createdAt: iso(one.createdAt),
    ingestedAt: iso(one.ingestedAt),
    editedAt: one.editedAt === null ? null : iso(one.editedAt),
    parentId: one.parentExternalId,
    rootId: one.rootExternalId,
    metrics: one.metrics,
    review: one.review,
    threadId,
    sourceId,
    sentiment: one.sentiment,
    confidence: one.confidence,
    intents: one.intents?.map(({ label }) => label),
    urgency: one.urgency,
    model: one.model,
  })
}

type CustomerRow = Awaited<ReturnType<typeof exportCustomers>>[number]
type IdentityRow = Awaited<ReturnType<typeof listIdentities>>[number]

function customerLine(row: CustomerRow, identities: IdentityRow[]) {
  const of = (kind: IdentityRow['kind']) => identities.filter((one) => one.kind === kind).map(({ value }) => value)
  const accounts = identities.flatMap(({ kind, platform, value }): Record<string, string>[] => {
    if (kind === 'handle') return [{ platform, handle: value }]
    return kind === 'account' ? [{ platform, id: value }] : []
  })
  const { id, externalRef, name, company, tier, location, preferredChannel, notes, custom } = row
  return prune({
    id,
    externalRef,
    name,
    company,
    tier,
    location,
    preferredChannel,
    notes,
    custom,
    emails: of('email'),
    phones: of('phone'),
    domains: of('domain'),
    accounts,
    createdAt: iso(row.createdAt),
    updatedAt: iso(row.updatedAt),
  })
}

function replyLine({ reply, mentionId, threadId, userName }: Awaited<ReturnType<typeof exportReplies>>[number]) {
  const { id, actor, text, state, externalId, url, error } = reply
  return prune({
    id,
    threadId,
    mentionId,
    actor,
    user: userName,
    text,
    state,
    externalId,
    url,
    createdAt: iso(reply.createdAt),
    sentAt: reply.sentAt === null ? null : iso(reply.sentAt),
    error: error?.message,
  })
}

function iso(at: number): string {
  return new Date(at).toISOString()
}

function prune(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== undefined))
}
