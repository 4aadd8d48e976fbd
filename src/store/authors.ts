import { and, eq, sql } from 'drizzle-orm'
import type { IncomingMention } from '../domain/mention.ts'
import type { IngestSource } from './ingest.ts'
import { insertNew } from './insertNew.ts'
import type { Tx } from './store.ts'

export type StoredAuthor = Tx['t']['authors']['$inferSelect']

/** The authors of a page by external id, stored, each with what this page says of them. */
export async function storeAuthors(
  tx: Tx,
  source: IngestSource,
  items: IncomingMention[],
  now: number,
): Promise<Map<string, StoredAuthor>> {
  const given = new Map(items.map((item) => [item.author.externalId, authorRow(source, item)]))
  const known = await tx.all<StoredAuthor>('authors by id', (db, t) => authorsById(db, t, tx.d), {
    platform: source.platform,
    instance: source.instance,
    ids: [...given.keys()],
  })
  const stored = new Map(known.map((row) => [row.externalId, row]))
  const unknown: Omit<StoredAuthor, 'seq'>[] = []
  // In one order everywhere, so that two processes never wait for each other in a circle.
  for (const externalId of [...given.keys()].sort()) {
    const author = given.get(externalId)
    const before = stored.get(externalId)
    if (!author) continue
    if (!before) unknown.push({ ...author, customerSeq: null, firstSeenAt: now, updatedAt: now })
    else if (saysMore(author, before)) stored.set(externalId, await upsertAuthor(tx, author, now))
  }
  const seqs = await insertNew(tx, 'author', 'authors', unknown)
  for (const [index, author] of unknown.entries()) {
    const seq = seqs[index]
    // Another process may have stored it since we looked.
    stored.set(author.externalId, seq === undefined ? await upsertAuthor(tx, author, now) : { ...author, seq })
  }
  return stored
}

function handleKey(handle: string): string {
  return handle.replace(/^@/, '').toLowerCase()
}

const authorColumns = [
  'platform',
  'instance',
  'externalId',
  'handle',
  'handleKey',
  'name',
  'url',
  'avatarUrl',
  'followers',
  'bio',
  'location',
  'verifiedUrls',
  'isBot',
  'identityHints',
] as const
type AuthorRow = Pick<StoredAuthor, (typeof authorColumns)[number]>

function authorRow(source: IngestSource, { author, review }: IncomingMention): AuthorRow {
  return {
    platform: source.platform,
    instance: source.instance,
    externalId: author.externalId,
    handle: author.handle,
    handleKey: handleKey(author.handle),
    name: author.name ?? null,
    url: author.url ?? null,
    avatarUrl: author.avatarUrl ?? null,
    followers: author.followers ?? null,
    bio: author.bio ?? null,
    location: author.location ?? null,
    verifiedUrls: author.verifiedUrls ?? null,
    isBot: author.isBot ?? null,
    identityHints: review?.identityHints ?? null,
  }
}

/** Most authors of a page are known as they are: reading them is cheaper than writing them again. */
function saysMore(next: AuthorRow, stored: AuthorRow): boolean {
  return authorColumns.some((column) => {
    const value = next[column]
    if (value === null || value === stored[column]) return false
    return typeof value !== 'object' || JSON.stringify(value) !== JSON.stringify(stored[column])
  })
}

function authorsById(db: Tx['db'], { authors }: Tx['t'], d: Tx['d']) {
  return db
    .select()
    .from(authors)
    .where(
      and(
        eq(authors.platform, sql.placeholder('platform')),
        eq(authors.instance, sql.placeholder('instance')),
        d.among(authors.externalId, 'ids'),
      ),
    )
}

async function upsertAuthor(tx: Tx, author: AuthorRow, now: number): Promise<StoredAuthor> {
  const [row] = await tx.all<StoredAuthor>('author upsert', authorStatement, { ...author, now })
  if (!row) throw new Error('author was not stored')
  return row
}

function authorStatement(db: Tx['db'], t: Tx['t']) {
  const p = sql.placeholder
  const { authors } = t
  const keep = (column: keyof typeof authors & string, name: string) =>
    sql`coalesce(${sql.raw(`excluded.${name}`)}, ${authors[column as 'name']})`
  return db
    .insert(authors)
    .values({
      platform: p('platform'),
      instance: p('instance'),
      externalId: p('externalId'),
      handle: p('handle'),
      handleKey: p('handleKey'),
      name: p('name'),
      url: p('url'),
      avatarUrl: p('avatarUrl'),
      followers: p('followers'),
      bio: p('bio'),
      location: p('location'),
      verifiedUrls: p('verifiedUrls'),
      isBot: p('isBot'),
      identityHints: p('identityHints'),
      firstSeenAt: p('now'),
      updatedAt: p('now'),
    })
    .onConflictDoUpdate({
      target: [authors.platform, authors.instance, authors.externalId],
      set: {
        handle: sql`excluded.handle`,
        handleKey: sql`excluded.handle_key`,
        name: keep('name', 'name'),
        url: keep('url', 'url'),
        avatarUrl: keep('avatarUrl', 'avatar_url'),
        followers: keep('followers', 'followers'),
        bio: keep('bio', 'bio'),
        location: keep('location', 'location'),
        verifiedUrls: keep('verifiedUrls', 'verified_urls'),
        isBot: keep('isBot', 'is_bot'),
        identityHints: keep('identityHints', 'identity_hints'),
        updatedAt: sql`excluded.updated_at`,
      },
    })
    .returning()
}
