import { and, eq, inArray, isNull, lt, not, sql } from 'drizzle-orm'
import { isCopy, keepWords, type Words } from '../text/copies.ts'
import type { Enriched, EnrichRow } from './enrich.ts'
import type { Tx } from './store.ts'
import { findSharedMention } from './story.ts'
import { recordAct, type Act } from './threadActions.ts'
import { recountCopy } from './volumeRollup.ts'

/** What became of a mention: the original that it repeats (null: it is one), and what it was before. */
export interface CopyChange {
  before: number | null
  after: number | null
}

export interface Grouped {
  /** By mention seq, for every mention of the batch. */
  changes: Map<number, CopyChange>
  /** Originals from before the batch that turned out to repeat an older one that arrived later. */
  demoted: number[]
}

interface Member {
  seq: number
  threadSeq: number
  createdAt: number
  copyOf: number | null
  title: string | null
  text: string
  words?: Words
}

/**
 * Finds for each mention of an enriched batch the original that it repeats. Originals are stars, not chains: a copy is
 * compared with the original itself, so that texts cannot drift from copy to copy. The oldest text is the original: one
 * that arrives late takes the place over.
 *
 * Safe when several processes enrich at once: the keys are written before they are read, so of two copies the second
 * waits for the first, and an original is locked before a copy joins it.
 */
export async function groupCopies(tx: Tx, batch: readonly Enriched[], now: number): Promise<Grouped> {
  const state: State = { members: new Map(), demoted: [] }
  const before = await earlierCopies(tx, batch)
  for (const { row } of batch) state.members.set(row.mention.seq, memberOf(row, before.get(row.mention.seq) ?? null))
  const owners = await claimKeys(tx, batch, now)
  const settled = await originalsAmong(tx, batch)
  await load(tx, state, [...owners.values()])
  await load(
    tx,
    state,
    [...state.members.values()].flatMap((member) => member.copyOf ?? []),
  )
  const changes = new Map<number, CopyChange>()
  for (const one of batch) {
    const { mention } = one.row
    const was = before.get(mention.seq) ?? null
    changes.set(mention.seq, { before: was, after: was })
    if (mention.deletedAt !== null || mention.classification?.notCopyOf !== undefined || settled.has(mention.seq))
      continue
    const original = await findOriginal(tx, state, one, owners)
    await place(tx, state, mention.seq, original)
  }
  for (const [seq, change] of changes) change.after = state.members.get(seq)?.copyOf ?? null
  await unfold(tx, batch, state)
  return { changes, demoted: state.demoted.filter((seq) => !changes.has(seq)) }
}

interface State {
  members: Map<number, Member>
  demoted: number[]
}

function memberOf({ mention }: EnrichRow, copyOf: number | null): Member {
  const { seq, threadSeq, createdAt, title, text } = mention
  return { seq, threadSeq, createdAt, copyOf, title, text }
}

const isAgain = (one: Enriched): boolean => one.row.mention.model !== null

/** As it stands now, not as it stood when the mention was read for enrichment. */
async function earlierCopies(tx: Tx, batch: readonly Enriched[]): Promise<Map<number, number | null>> {
  const again = batch.filter(isAgain).map((one) => one.row.mention.seq)
  if (again.length === 0) return new Map()
  const { mentions } = tx.t
  const rows = await tx.db
    .select({ seq: mentions.seq, copyOf: mentions.copyOf })
    .from(mentions)
    .where(inArray(mentions.seq, again))
  return new Map(rows.map((row) => [row.seq, row.copyOf]))
}

/** What others repeat stays an original, however it is edited. */
async function originalsAmong(tx: Tx, batch: readonly Enriched[]): Promise<Set<number>> {
  const again = batch.filter(isAgain).map((one) => one.row.mention.seq)
  if (again.length === 0) return new Set()
  const { mentions } = tx.t
  const rows = await tx.db
    .selectDistinct({ seq: mentions.copyOf })
    .from(mentions)
    .where(inArray(mentions.copyOf, again))
  return new Set(rows.flatMap((row) => row.seq ?? []))
}

/** Writes the keys of the batch and answers whose each of them is: that of the first mention that had it. */
async function claimKeys(tx: Tx, batch: readonly Enriched[], now: number): Promise<Map<number, number>> {
  const own = new Map<number, number>()
  for (const { row, copyKeys } of batch) for (const key of copyKeys) if (!own.has(key)) own.set(key, row.mention.seq)
  if (own.size === 0) return own
  const day = Math.floor(now / 86_400_000)
  // In one order everywhere, so that two processes never wait for each other in a circle.
  const rows = [...own].map(([key, mentionSeq]) => ({ key, mentionSeq, day })).sort((a, b) => a.key - b.key)
  const made = await tx.insert('copy key', 'freshCopyKeys', rows, (insert) => insert.onConflictDoNothing())
  const seqs = batch.map(({ row }) => row.mention.seq)
  const known = { keys: rows.map((row) => row.key), batch: seqs }
  const fresh =
    made === rows.length
      ? []
      : await tx.all<KeyOwner>('fresh copy keys', (db, t) => ownersIn(db, t.freshCopyKeys, tx.d), known)
  const settled = await tx.all<KeyOwner>('copy keys', (db, t) => ownersIn(db, t.copyKeys, tx.d), known)
  // The settled ones come last, so that the older mention wins.
  for (const row of [...fresh, ...settled]) own.set(row.key, row.mentionSeq)
  await settleKeys(tx, Math.max(...seqs), seqs.length)
  return own
}

interface KeyOwner {
  key: number
  mentionSeq: number
}

/** Only what others had before: most keys are those just written. */
function ownersIn(db: Tx['db'], table: Tx['t']['copyKeys'] | Tx['t']['freshCopyKeys'], d: Tx['d']) {
  const { key, mentionSeq } = table
  return db
    .select({ key, mentionSeq })
    .from(table)
    .where(and(d.among(key, 'keys'), not(d.among(mentionSeq, 'batch'))))
}

const settleEvery = 4000

/**
 * Keys are random numbers: in a large table every one of them changes a page of its own, and the commit writes the pages.
 * So they are collected in a small table and moved in their order, many to a page.
 */
async function settleKeys(tx: Tx, newest: number, count: number): Promise<void> {
  const roundOf = (seq: number): number => Math.floor(seq / settleEvery)
  if (roundOf(newest) !== roundOf(newest - count)) await tx.moveRows('freshCopyKeys', 'copyKeys')
}

async function load(tx: Tx, state: State, seqs: readonly number[]): Promise<void> {
  const missing = [...new Set(seqs)].filter((seq) => !state.members.has(seq))
  if (missing.length === 0) return
  const rows = await tx.all<Member>('copy members', (db, t) => membersBySeq(db, t, tx.d), { seqs: missing })
  for (const row of rows) state.members.set(row.seq, row)
}

function membersBySeq(db: Tx['db'], { mentions }: Tx['t'], d: Tx['d']) {
  const { seq, threadSeq, createdAt, copyOf, title, text } = mentions
  return db.select({ seq, threadSeq, createdAt, copyOf, title, text }).from(mentions).where(d.among(seq, 'seqs'))
}

/** The original of which a mention is a copy; undefined: none. */
async function findOriginal(
  tx: Tx,
  state: State,
  { row, copyKeys }: Enriched,
  owners: ReadonlyMap<number, number>,
): Promise<Member | undefined> {
  const self = state.members.get(row.mention.seq)
  if (!self) return undefined
  const { shares } = row.mention
  // Most texts are new: every key is their own.
  if (shares === null && copyKeys.every((key) => owners.get(key) === self.seq)) return undefined
  const reposted = shares?.as === 'repost' ? await findShared(tx, state, row.mention, shares.id) : undefined
  const candidates = new Set(copyKeys.flatMap((key) => owners.get(key) ?? []))
  const seen = new Set<number>()
  for (const candidate of [...(reposted === undefined ? [] : [reposted]), ...candidates]) {
    const found = state.members.get(candidate)
    const original = found && (found.copyOf === null ? found : state.members.get(found.copyOf))
    if (!found || !original || original.seq === self.seq || seen.has(original.seq)) continue
    seen.add(original.seq)
    // The text of an original may be gone: then what repeated it speaks for it.
    const spoken = original.text === '' && original.title === null ? found : original
    if (candidate !== reposted && !repeats(self, spoken)) continue
    const locked = await lockOriginal(tx, state, original)
    if (locked?.seq !== self.seq) return locked
  }
  return undefined
}

function repeats(one: Member, other: Member): boolean {
  const [first, later] = one.createdAt < other.createdAt ? [one, other] : [other, one]
  return isCopy(wordsOf(first), wordsOf(later))
}

function wordsOf(member: Member): Words {
  return (member.words ??= keepWords(member.title, member.text))
}

async function findShared(
  tx: Tx,
  state: State,
  mention: EnrichRow['mention'],
  id: string,
): Promise<number | undefined> {
  const found = await findSharedMention(tx, mention, id)
  if (found === undefined) return undefined
  await load(tx, state, [found])
  await load(tx, state, [state.members.get(found)?.copyOf ?? found])
  return found
}

/**
 * Holds an original until the end of the transaction, so that it stays one. Another process may have made a copy of it
 * meanwhile; then it is that one's original that counts.
 */
async function lockOriginal(tx: Tx, state: State, wanted: Member): Promise<Member | undefined> {
  const { mentions } = tx.t
  for (let original: Member | undefined = wanted; original;) {
    const isSelf = and(eq(mentions.seq, original.seq), isNull(mentions.copyOf))
    const locked = await tx.db.update(mentions).set({ copyOf: null }).where(isSelf).returning({ seq: mentions.seq })
    if (locked.length > 0) return original
    const [now] = await tx.db.select({ copyOf: mentions.copyOf }).from(mentions).where(eq(mentions.seq, original.seq))
    if (!now?.copyOf) return undefined
    original.copyOf = now.copyOf
    await load(tx, state, [now.copyOf])
    original = state.members.get(now.copyOf)
  }
  return undefined
}

/** Writes where a mention belongs: an original of its own, a copy, or the older text that takes over. */
async function place(tx: Tx, state: State, seq: number, original: Member | undefined): Promise<void> {
  const self = state.members.get(seq)
  if (!self) return
  if (original && self.createdAt < original.createdAt && self.copyOf === null)
    return takeOver(tx, state, self, original)
  const copyOf = original?.seq ?? null
  if (copyOf === self.copyOf) return
  self.copyOf = copyOf
  await tx.db.update(tx.t.mentions).set({ copyOf }).where(eq(tx.t.mentions.seq, seq))
  if (original) await fold(tx, self, original)
}

async function takeOver(tx: Tx, state: State, self: Member, original: Member): Promise<void> {
  const { mentions, threads } = tx.t
  await tx.db.update(mentions).set({ copyOf: self.seq }).where(eq(mentions.copyOf, original.seq))
  await tx.db.update(mentions).set({ copyOf: self.seq }).where(eq(mentions.seq, original.seq))
  for (const member of state.members.values()) if (member.copyOf === original.seq) member.copyOf = self.seq
  original.copyOf = self.seq
  state.demoted.push(original.seq)
  await tx.db.update(threads).set({ copyOf: self.threadSeq }).where(eq(threads.copyOf, original.threadSeq))
  await fold(tx, original, self)
}

/** A thread is folded while all that it says is a copy; with more in it, somebody must see it by itself. */
async function fold(tx: Tx, copy: Pick<Member, 'threadSeq'>, original: Pick<Member, 'threadSeq'>): Promise<void> {
  const { threads } = tx.t
  if (copy.threadSeq === original.threadSeq) return
  await tx.db
    .update(threads)
    .set({ copyOf: original.threadSeq })
    .where(and(eq(threads.seq, copy.threadSeq), eq(threads.mentionCount, 1)))
}

/** Words of one's own bring a folded thread back into the list. */
async function unfold(tx: Tx, batch: readonly Enriched[], state: State): Promise<void> {
  const speaking = batch.filter(({ row }) => (state.members.get(row.mention.seq)?.copyOf ?? null) === null)
  if (speaking.length === 0) return
  await tx.run(
    'thread speaks',
    (db, { threads }) =>
      db
        .update(threads)
        .set({ copyOf: sql`null` })
        .where(and(tx.d.among(threads.seq, 'seqs'), sql`${threads.copyOf} is not null`)),
    { seqs: speaking.map(({ row }) => row.mention.threadSeq) },
  )
}

/** Copies are looked for among what arrived in this many days. */
export const copyDays = 30

export async function pruneCopyKeys(tx: Tx, now: number): Promise<void> {
  const { copyKeys, freshCopyKeys } = tx.t
  const before = Math.floor(now / 86_400_000) - copyDays
  for (const keys of [freshCopyKeys, copyKeys]) await tx.db.delete(keys).where(lt(keys.day, before))
}

/**
 * A person says that a mention is no copy, and takes that back. It sticks: no later enrichment folds it again. Answers
 * whether something changed.
 */
export async function decideCopy(tx: Tx, act: Act, mentionSeq: number, isCopyOf: boolean): Promise<boolean> {
  const { mentions, threads } = tx.t
  const [mention] = await tx.db.select().from(mentions).where(eq(mentions.seq, mentionSeq))
  if (!mention) return false
  const { notCopyOf, ...rest } = mention.classification ?? {}
  const original = await standingOriginal(tx, isCopyOf ? notCopyOf : (mention.copyOf ?? undefined))
  if (!original) return false
  const set = isCopyOf
    ? { copyOf: original.seq, classification: rest }
    : { copyOf: null, classification: { ...rest, notCopyOf: original.seq } }
  const changed = await tx.db
    .update(mentions)
    .set(set)
    .where(and(eq(mentions.seq, mentionSeq), sql`${mentions.copyOf} is not distinct from ${mention.copyOf}`))
    .returning({ seq: mentions.seq })
  // Somebody else pressed the same button.
  if (changed.length === 0) return false
  await recountCopy(tx, mentionSeq, isCopyOf ? 1 : -1)
  if (isCopyOf) await fold(tx, mention, original)
  else await tx.db.update(threads).set({ copyOf: null }).where(eq(threads.seq, mention.threadSeq))
  const what = isCopyOf ? { kind: 'mention.copy_confirmed' } : { kind: 'mention.copy_denied' }
  await recordAct(tx, act, { threadSeq: mention.threadSeq, mentionSeq, reason: 'state', ...what })
  return true
}

/** The original of a story, also where an older one has taken its place since. */
async function standingOriginal(
  tx: Tx,
  seq: number | undefined,
): Promise<{ seq: number; threadSeq: number } | undefined> {
  if (seq === undefined) return undefined
  const { mentions } = tx.t
  const first = { seq: mentions.seq, threadSeq: mentions.threadSeq, copyOf: mentions.copyOf }
  const [found] = await tx.db.select(first).from(mentions).where(eq(mentions.seq, seq))
  if (!found?.copyOf) return found
  const [older] = await tx.db.select(first).from(mentions).where(eq(mentions.seq, found.copyOf))
  return older
}
