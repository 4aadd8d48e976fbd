import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import {
  countedTone,
  type CountedTone,
  type IntentScore,
  type Sentiment,
  type Urgency,
} from '../domain/classification.ts'
import { dayMs } from './clocks.ts'
import { groupCopies, type CopyChange } from './copies.ts'
import { mentionTouchpoint } from './linking.ts'
import type { Reader, Tx } from './store.ts'
import type { MatchSpan } from './tables/listening.ts'
import type { StoredClassification } from './tables/mentions.ts'
import { addToRollup, countAsCopy, firstSources, writeRollup, type Rollup } from './volumeRollup.ts'
import { writeTopicMatches, type TopicMatch } from './topicMatches.ts'

/** A mention with what enrichment reads. */
export async function loadForEnrichment(r: Reader, seqs: number[]): Promise<EnrichRow[]> {
  if (seqs.length === 0) return []
  return r.all<EnrichRow>('for enrichment', (db, t) => enrichmentRows(db, t, r.d), { seqs })
}
export type EnrichRow = Awaited<ReturnType<typeof enrichmentRows>>[number]

function enrichmentRows(db: Reader['db'], { mentions, authors }: Reader['t'], d: Reader['d']) {
  return db
    .select({ mention: mentions, author: authors })
    .from(mentions)
    .innerJoin(authors, eq(authors.seq, mentions.authorSeq))
    .where(and(d.among(mentions.seq, 'seqs'), isNull(mentions.enrichedAt)))
    .orderBy(mentions.seq)
}

export interface Judgement {
  lang: string
  sentiment: Sentiment
  score: number
  confidence: number
  intents: IntentScore[]
  urgency: Urgency
  model: string
  details: StoredClassification
}

export interface QueryMatch {
  querySeq: number
  version: number
  spans: MatchSpan[]
}

export interface Enriched {
  row: EnrichRow
  /** Version of the text that was judged: an edit in between makes the judgement void. */
  judgement: Judgement
  matches: QueryMatch[]
  topics: TopicMatch[]
  /** For the full-text index, from src/text. */
  tokens: string
  /** Under which its text is found again by copies (text/copies); empty: it cannot be one. */
  copyKeys: readonly number[]
}

export interface EnrichContext {
  now: number
  newId(): string
  /** May authors of this platform be linked? From the connector's policy. */
  mayLink(platform: string): boolean
  /** Decides and records links (work/link). Answers the customers of the authors that are linked now. */
  link(tx: Tx, authors: AuthorAccount[]): Promise<Map<number, number>>
  /** Told the mentions that were judged for the first time, when all about them is written (work/automations). */
  judged?(tx: Tx, mentionSeqs: number[]): Promise<void>
}

export interface AuthorAccount {
  seq: number
  platform: string
  externalId: string
  handleKey: string
  verifiedUrls: string[]
}

/** Writes what enrichment found, in one transaction: judgements, matches, index, links, touchpoints, roll-ups. */
export async function writeEnrichment(tx: Tx, batch: Enriched[], context: EnrichContext): Promise<void> {
  const written = await writeJudgements(tx, batch, context.now)
  if (written.length === 0) return
  const current = await withoutRejected(tx, written)
  const before = await earlierMatches(tx, current)
  const sources = await firstSources(
    tx,
    current.map((one) => one.row.mention.seq),
  )
  const sourceOf = (seq: number) => sources.get(seq) ?? ''
  const customers = await writeFindings(tx, current, { before, sourceOf }, context)
  await writeThreads(tx, current, customers)
  await context.judged?.(
    tx,
    current.filter(isFirst).map((one) => one.row.mention.seq),
  )
}

/** What stood before: the queries that had matched, and the source that each mention is counted for. */
interface Earlier {
  before: Map<number, number[]>
  sourceOf(seq: number): string
}

/** All but judgement and thread, of mentions that are stored. Answers the customers of the authors that are linked. */
export async function writeFindings(
  tx: Tx,
  batch: Enriched[],
  { before, sourceOf }: Earlier,
  context: EnrichContext,
): Promise<Map<number, number>> {
  const rollup: Rollup = new Map()
  const { changes, demoted } = await groupCopies(tx, batch, context.now)
  for (const one of batch) {
    const { seq } = one.row.mention
    countChange(rollup, one, before, sourceOf(seq), changes.get(seq) ?? { before: null, after: null })
  }
  for (const seq of demoted) await countAsCopy(tx, rollup, seq, 1)
  const customers = await linkBatch(tx, batch, context)
  await writeMatches(tx, batch, before)
  await writeTopics(tx, batch)
  await writeSearchRows(tx, batch)
  await writeTouchpoints(tx, batch, customers, context)
  await writeRollup(tx, rollup)
  return customers
}

/**
 * Stores the judgements. Mentions that were edited, deleted or enriched by somebody else since they were read are left to
 * their own job: the answer is without them.
 */
async function writeJudgements(tx: Tx, batch: Enriched[], now: number): Promise<Enriched[]> {
  const written: Enriched[] = []
  for (const one of batch) if (await writeOne(tx, one, now)) written.push(one)
  return written
}

const isFirst = (one: Enriched): boolean => one.row.mention.model === null

async function earlierMatches(tx: Tx, batch: Enriched[]): Promise<Map<number, number[]>> {
  const again = batch.filter((one) => !isFirst(one)).map((one) => one.row.mention.seq)
  const found = new Map<number, number[]>()
  if (again.length === 0) return found
  const { matches } = tx.t
  const rows = await tx.db
    .select({ mentionSeq: matches.mentionSeq, querySeq: matches.querySeq })
    .from(matches)
    .where(inArray(matches.mentionSeq, again))
  for (const row of rows) found.set(row.mentionSeq, [...(found.get(row.mentionSeq) ?? []), row.querySeq])
  return found
}

/** What a person called not relevant for a query stays out of it when the mention is edited. */
async function withoutRejected(tx: Tx, batch: Enriched[]): Promise<Enriched[]> {
  const again = batch.filter((one) => !isFirst(one)).map((one) => one.row.mention.seq)
  if (again.length === 0) return batch
  const { rejections } = tx.t
  const rows = await tx.db
    .select({ mentionSeq: rejections.mentionSeq, querySeq: rejections.querySeq })
    .from(rejections)
    .where(inArray(rejections.mentionSeq, again))
  if (rows.length === 0) return batch
  const rejected = new Set(rows.map((row) => `${row.mentionSeq} ${row.querySeq}`))
  return batch.map((one) => ({
    ...one,
    matches: one.matches.filter((match) => !rejected.has(`${one.row.mention.seq} ${match.querySeq}`)),
  }))
}

/** Counts by [query (0: all), day, source, tone]: the difference to what was counted before. */
function countChange(
  rollup: Rollup,
  one: Enriched,
  before: Map<number, number[]>,
  sourceId: string,
  copy: CopyChange,
): void {
  const { mention } = one.row
  const day = Math.floor(mention.createdAt / dayMs)
  const add = (querySeq: number, tone: CountedTone, count: number, isCopy: boolean): void =>
    addToRollup(rollup, [querySeq, day, sourceId, tone], count, isCopy ? count : 0)
  if (!isFirst(one)) {
    const earlier = countedTone(mention.sentiment, mention.classification)
    for (const query of [0, ...(before.get(mention.seq) ?? [])]) add(query, earlier, -1, copy.before !== null)
  }
  // What its author deleted keeps its place in the volume: counts stay, content goes.
  const said = mention.classification?.human?.sentiment ? mention.classification : one.judgement.details
  const tone = countedTone(effectiveSentiment(one), said)
  for (const query of [0, ...one.matches.map((match) => match.querySeq)]) add(query, tone, 1, copy.after !== null)
}

/** A human label wins for ever. */
function effectiveSentiment({ row: { mention }, judgement }: Enriched): Sentiment {
  return mention.classification?.human?.sentiment && mention.sentiment ? mention.sentiment : judgement.sentiment
}

async function linkBatch(tx: Tx, batch: Enriched[], context: EnrichContext): Promise<Map<number, number>> {
  const known = new Map<number, number>()
  const open = new Map<number, EnrichRow['author']>()
  for (const {
    row: { author, mention },
  } of batch) {
    if (author.customerSeq !== null) known.set(author.seq, author.customerSeq)
    else if (!mention.isOwn && context.mayLink(author.platform)) open.set(author.seq, author)
  }
  const accounts = [...open.values()].map((author) => ({
    seq: author.seq,
    platform: author.platform,
    externalId: author.externalId,
    handleKey: author.handleKey,
    verifiedUrls: author.verifiedUrls ?? [],
  }))
  for (const [author, customer] of await context.link(tx, accounts)) known.set(author, customer)
  return known
}

const judgementStatement = (db: Tx['db'], t: Tx['t']) => {
  const p = sql.placeholder
  const set = {
    enrichedAt: p('enrichedAt'),
    lang: p('lang'),
    sentiment: p('sentiment'),
    sentimentScore: p('sentimentScore'),
    confidence: p('confidence'),
  }
  const more = { intents: p('intents'), urgency: p('urgency'), model: p('model'), classification: p('classification') }
  // Placeholders stand for values of the columns' own types.
  return db
    .update(t.mentions)
    .set({ ...set, ...more } as never)
    .where(
      and(
        eq(t.mentions.seq, p('seq')),
        eq(t.mentions.version, p('version')),
        isNull(t.mentions.enrichedAt),
        sql`${t.mentions.deletedAt} is not distinct from ${p('deletedAt')}`,
      ),
    )
}

/** False where the mention has moved on. */
async function writeOne(tx: Tx, one: Enriched, now: number): Promise<boolean> {
  const { seq, version, deletedAt } = one.row.mention
  const changed = await tx.run('judgement', judgementStatement, {
    seq,
    version,
    deletedAt,
    ...judgementColumns(one, now),
  })
  return changed > 0
}

/** The columns of a mention that its judgement fills. */
export function judgementColumns(one: Enriched, now: number) {
  const { judgement, row } = one
  const { mention } = row
  const { human, notCopyOf } = mention.classification ?? {}
  const standing = { ...(human ? { human } : {}), ...(notCopyOf === undefined ? {} : { notCopyOf }) }
  return {
    enrichedAt: now,
    lang: judgement.lang,
    sentiment: effectiveSentiment(one),
    sentimentScore: judgement.score,
    confidence: judgement.confidence,
    intents: human?.intents && mention.intents ? mention.intents : judgement.intents,
    urgency: human?.urgency && mention.urgency ? mention.urgency : judgement.urgency,
    model: judgement.model,
    classification: human || notCopyOf !== undefined ? { ...judgement.details, ...standing } : judgement.details,
  }
}

async function writeMatches(tx: Tx, batch: Enriched[], before: Map<number, number[]>): Promise<void> {
  const { matches } = tx.t
  if (before.size > 0) await tx.db.delete(matches).where(inArray(matches.mentionSeq, [...before.keys()]))
  const rows = batch.flatMap((one) => one.matches.map((match) => ({ ...match, mentionSeq: one.row.mention.seq })))
  await tx.insert('match', 'matches', rows, (insert) => insert.onConflictDoNothing())
}

async function writeTopics(tx: Tx, batch: Enriched[]): Promise<void> {
  const again = batch.filter((one) => !isFirst(one)).map((one) => one.row.mention.seq)
  const found = batch.map(({ row: { mention }, topics }) => ({
    seq: mention.seq,
    createdAt: mention.createdAt,
    topics,
  }))
  await writeTopicMatches(tx, found, again)
}

async function writeSearchRows(tx: Tx, batch: Enriched[]): Promise<void> {
  const again = batch.filter((one) => !isFirst(one)).map((one) => one.row.mention.seq)
  if (again.length > 0) await tx.removeSearch(again)
  await tx.addSearch(
    batch.filter((one) => one.tokens !== '').map((one) => ({ seq: one.row.mention.seq, tokens: one.tokens })),
  )
}

const threadStatement = (db: Tx['db'], t: Tx['t']) => {
  const p = sql.placeholder
  return db
    .update(t.threads)
    .set({
      lang: p('lang'),
      sentiment: p('sentiment'),
      intents: p('intents'),
      urgency: p('urgency'),
    } as never)
    .where(eq(t.threads.seq, p('seq')))
}

const threadCustomer = (db: Tx['db'], t: Tx['t']) =>
  db
    .update(t.threads)
    .set({ customerSeq: sql`${sql.placeholder('customer')}` })
    .where(eq(t.threads.seq, sql.placeholder('seq')))

/** The thread shows the judgement of its newest inbound item. */
async function writeThreads(tx: Tx, batch: Enriched[], customers: Map<number, number>): Promise<void> {
  const newest = new Map<number, Enriched>()
  for (const one of batch) newest.set(one.row.mention.threadSeq, one)
  for (const [threadSeq, one] of [...newest].sort(([a], [b]) => a - b)) {
    await tx.run('thread judgement', threadStatement, {
      seq: threadSeq,
      lang: one.judgement.lang,
      sentiment: effectiveSentiment(one),
      intents: one.judgement.intents.map((intent) => intent.label),
      urgency: one.judgement.urgency,
    })
    // A link writes the threads that there are; later ones take it over here.
    const customer = customers.get(one.row.author.seq)
    if (customer !== undefined) await tx.run('thread customer', threadCustomer, { seq: threadSeq, customer })
    tx.emit({ type: 'thread', threadSeq, reason: 'enriched' })
  }
}

async function writeTouchpoints(
  tx: Tx,
  batch: Enriched[],
  customers: Map<number, number>,
  context: EnrichContext,
): Promise<void> {
  const rows = batch.flatMap(({ row: { mention, author }, judgement }) => {
    const customer = customers.get(author.seq)
    if (customer === undefined || mention.isOwn || mention.deletedAt !== null) return []
    return [mentionTouchpoint({ ...mention, intents: judgement.intents }, customer, context)]
  })
  await tx.insert('mention touchpoint', 'touchpoints', rows, (insert) => insert.onConflictDoNothing())
}
