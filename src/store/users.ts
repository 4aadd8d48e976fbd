import { and, asc, desc, eq, gt, inArray, isNull, lt, ne, or, sql } from 'drizzle-orm'
import type { Reader, Tx } from './store.ts'
import type { Role } from './tables/people.ts'
import type { Tables } from './tables/all.ts'

export type User = Tables['users']['$inferSelect']
export type Session = Tables['sessions']['$inferSelect']
export type OneTimeLink = Tables['oneTimeLinks']['$inferSelect']
export type Throttle = Tables['throttles']['$inferSelect']

/** Addresses are compared without letter case and outer blanks. */
export function normaliseEmail(email: string): string {
  return email.trim().toLowerCase()
}

export async function countUsers(reader: Reader): Promise<number> {
  const { t, db } = reader
  const [row] = await db.select({ n: sql<number>`count(*)`.mapWith(Number) }).from(t.users)
  return row?.n ?? 0
}

export async function findUserByEmail(reader: Reader, email: string): Promise<User | undefined> {
  const { t, db } = reader
  const [user] = await db
    .select()
    .from(t.users)
    .where(eq(t.users.email, normaliseEmail(email)))
  return user
}

export async function findUser(reader: Reader, id: string): Promise<User | undefined> {
  const { t, db } = reader
  const [user] = await db.select().from(t.users).where(eq(t.users.id, id))
  return user
}

export async function listUsers(reader: Reader): Promise<User[]> {
  const { t, db } = reader
  return db.select().from(t.users).orderBy(asc(t.users.name), asc(t.users.id))
}

/** Those who can be assigned and named, shortest form. */
export async function listAssignees(reader: Reader): Promise<{ id: string; name: string }[]> {
  return reader.all(
    'users.assignees',
    (db, t) =>
      db
        .select({ id: t.users.id, name: t.users.name })
        .from(t.users)
        .where(isNull(t.users.disabledAt))
        .orderBy(t.users.name),
    {},
  )
}

export interface NewUser {
  id: string
  email: string
  name: string
  passwordHash: string | null
  role: Role
  timeZone?: string
  createdAt: number
}

/** undefined when the address is taken. */
export async function insertUser(tx: Tx, user: NewUser): Promise<User | undefined> {
  const { t, db } = tx
  const [row] = await db
    .insert(t.users)
    .values({ ...user, email: normaliseEmail(user.email) })
    .onConflictDoNothing()
    .returning()
  return row
}

/** The first account. undefined when somebody was faster: the check is part of the statement. */
export async function insertOwner(tx: Tx, user: Omit<NewUser, 'role'>): Promise<User | undefined> {
  // The row of this counter is the lock: a unique key that only one first visit can take.
  const { t, db } = tx
  const taken = await db.insert(t.counters).values({ key: 'owner', value: 1 }).onConflictDoNothing().returning()
  if (taken.length === 0 || (await countUsers(tx)) > 0) return undefined
  return insertUser(tx, { ...user, role: 'owner' })
}

export type UserChange = Partial<
  Pick<User, 'name' | 'email' | 'passwordHash' | 'role' | 'locale' | 'timeZone' | 'theme' | 'disabledAt'>
>

export async function updateUser(tx: Tx, id: string, change: UserChange): Promise<User | undefined> {
  const { t, db } = tx
  const [row] = await db.update(t.users).set(change).where(eq(t.users.id, id)).returning()
  return row
}

/** True while another enabled owner remains: the last one is neither demoted nor disabled. */
export async function hasOtherOwner(reader: Reader, id: string): Promise<boolean> {
  const { t, db } = reader
  const rows = await db
    .select({ id: t.users.id })
    .from(t.users)
    .where(and(eq(t.users.role, 'owner'), isNull(t.users.disabledAt), ne(t.users.id, id)))
    .limit(1)
  return rows.length > 0
}

export interface SignedIn {
  session: Session
  user: User
}

/** The hot path of every request. */
export async function findSession(reader: Reader, id: string, now: number): Promise<SignedIn | undefined> {
  const rows = await reader.all<SignedIn>(
    'sessions.find',
    (db, t) =>
      db
        .select({ session: t.sessions, user: t.users })
        .from(t.sessions)
        .innerJoin(t.users, eq(t.users.id, t.sessions.userId))
        .where(
          and(
            eq(t.sessions.id, sql.placeholder('id')),
            gt(t.sessions.expiresAt, sql.placeholder('now')),
            isNull(t.users.disabledAt),
          ),
        ),
    { id, now },
  )
  return rows[0]
}

export async function insertSession(tx: Tx, session: Session): Promise<void> {
  const { t, db } = tx
  await db.insert(t.sessions).values(session)
  await db.delete(t.sessions).where(lt(t.sessions.expiresAt, session.createdAt))
}

export async function touchSession(tx: Tx, id: string, now: number): Promise<void> {
  const { t, db } = tx
  await db.update(t.sessions).set({ lastSeenAt: now }).where(eq(t.sessions.id, id))
}

export async function deleteSession(tx: Tx, id: string): Promise<void> {
  const { t, db } = tx
  await db.delete(t.sessions).where(eq(t.sessions.id, id))
}

/** After a change of password or role every other session ends. */
/** `prefix`: the beginning of the id, as pages carry it. False: this person has no such session. */
export async function deleteSessionByPrefix(tx: Tx, userId: string, prefix: string): Promise<boolean> {
  const { t, db } = tx
  const rows = await db
    .delete(t.sessions)
    .where(and(eq(t.sessions.userId, userId), sql`substr(${t.sessions.id}, 1, ${prefix.length}) = ${prefix}`))
    .returning({ id: t.sessions.id })
  return rows.length > 0
}

export async function deleteSessionsOf(tx: Tx, userId: string, except = ''): Promise<void> {
  const { t, db } = tx
  await db.delete(t.sessions).where(and(eq(t.sessions.userId, userId), ne(t.sessions.id, except)))
}

export async function listSessions(reader: Reader, userId: string, now: number): Promise<Session[]> {
  const { t, db } = reader
  return db
    .select()
    .from(t.sessions)
    .where(and(eq(t.sessions.userId, userId), gt(t.sessions.expiresAt, now)))
    .orderBy(desc(t.sessions.lastSeenAt))
}

/** When each person was last here, of those who have a session. */
export async function lastSeenOfUsers(reader: Reader): Promise<Map<string, number>> {
  const { t, db } = reader
  const rows = await db
    .select({ id: t.sessions.userId, at: sql<number>`max(${t.sessions.lastSeenAt})`.mapWith(Number) })
    .from(t.sessions)
    .groupBy(t.sessions.userId)
  return new Map(rows.map((row) => [row.id, row.at]))
}

/** `id` is the SHA-256 of the token that the link carries. */
export async function insertOneTimeLink(tx: Tx, link: Omit<OneTimeLink, 'usedAt'>): Promise<void> {
  const { t, db } = tx
  await db.insert(t.oneTimeLinks).values(link)
}

export async function findOneTimeLink(reader: Reader, id: string, kind: OneTimeLink['kind'], now: number) {
  const { t, db } = reader
  const [link] = await db
    .select()
    .from(t.oneTimeLinks)
    .where(usable(t, id, kind, now))
  return link
}

/** Takes the link; undefined when it is unknown, used or too old. Two at once: one gets it. */
export async function useOneTimeLink(
  tx: Tx,
  id: string,
  kind: OneTimeLink['kind'],
  now: number,
): Promise<OneTimeLink | undefined> {
  const { t, db } = tx
  const [link] = await db
    .update(t.oneTimeLinks)
    .set({ usedAt: now })
    .where(usable(t, id, kind, now))
    .returning()
  return link
}

function usable(t: Tables, id: string, kind: OneTimeLink['kind'], now: number) {
  return and(
    eq(t.oneTimeLinks.id, id),
    eq(t.oneTimeLinks.kind, kind),
    isNull(t.oneTimeLinks.usedAt),
    gt(t.oneTimeLinks.expiresAt, now),
  )
}

export async function listInvitations(reader: Reader, now: number): Promise<OneTimeLink[]> {
  const { t, db } = reader
  return db
    .select()
    .from(t.oneTimeLinks)
    .where(and(eq(t.oneTimeLinks.kind, 'invite'), isNull(t.oneTimeLinks.usedAt), gt(t.oneTimeLinks.expiresAt, now)))
    .orderBy(desc(t.oneTimeLinks.createdAt))
}

export async function loadThrottles(reader: Reader, keys: string[]): Promise<Throttle[]> {
  const { t, db } = reader
  return db.select().from(t.throttles).where(inArray(t.throttles.key, keys))
}

/** One failure more; `blockedUntil` is computed by the caller from the count that comes back. */
export async function countFailure(tx: Tx, key: string, now: number, forgetAfterMs: number): Promise<number> {
  const { t, db } = tx
  const forgotten = sql`case when ${t.throttles.lastAt} < ${now - forgetAfterMs} then 1 else ${t.throttles.failures} + 1 end`
  const [row] = await db
    .insert(t.throttles)
    .values({ key, failures: 1, lastAt: now, blockedUntil: 0 })
    .onConflictDoUpdate({ target: t.throttles.key, set: { failures: forgotten, lastAt: now } })
    .returning({ failures: t.throttles.failures })
  return row?.failures ?? 1
}

export async function blockUntil(tx: Tx, key: string, blockedUntil: number): Promise<void> {
  const { t, db } = tx
  await db.update(t.throttles).set({ blockedUntil }).where(eq(t.throttles.key, key))
}

export async function clearThrottles(tx: Tx, keys: string[]): Promise<void> {
  const { t, db } = tx
  await db.delete(t.throttles).where(or(...keys.map((key) => eq(t.throttles.key, key))))
}

export async function listTokens(reader: Reader, userId: string) {
  const { t, db } = reader
  return db
    .select()
    .from(t.apiTokens)
    .where(and(eq(t.apiTokens.userId, userId), isNull(t.apiTokens.revokedAt)))
    .orderBy(desc(t.apiTokens.createdAt))
}

export async function insertToken(
  tx: Tx,
  token: Omit<Tables['apiTokens']['$inferInsert'], 'revokedAt' | 'lastUsedAt'>,
): Promise<void> {
  const { t, db } = tx
  await db.insert(t.apiTokens).values(token)
}

/** False when it is not this user's, or already revoked. */
export async function revokeToken(tx: Tx, id: string, userId: string, now: number): Promise<boolean> {
  const { t, db } = tx
  const rows = await db
    .update(t.apiTokens)
    .set({ revokedAt: now })
    .where(and(eq(t.apiTokens.id, id), eq(t.apiTokens.userId, userId), isNull(t.apiTokens.revokedAt)))
    .returning({ id: t.apiTokens.id })
  return rows.length > 0
}
