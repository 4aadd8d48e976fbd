import { eq, sql } from 'drizzle-orm'
import { blockUntil, takeToken, type Limit, type RateState } from '../domain/rateLimit.ts'
import type { Store, Tx } from './store.ts'

/** Persistent request budgets, shared by all processes: check and take are one transaction. */
export function createRateStore(store: Store) {
  return {
    take(key: string, limits: readonly Limit[], now: number): Promise<{ ok: true } | { ok: false; retryAt: number }> {
      return store.write(async (tx) => {
        const taken = takeToken(await readState(tx, key), limits, now)
        if (taken.ok) await writeState(tx, key, taken.state, now)
        return taken.ok ? { ok: true } : { ok: false, retryAt: taken.retryAt }
      })
    },
    block(key: string, until: number): Promise<void> {
      return store.write(async (tx) => {
        await writeState(tx, key, blockUntil(await readState(tx, key), until), until)
      })
    },
  }
}

async function readState(tx: Tx, key: string): Promise<RateState | undefined> {
  const { rateBuckets } = tx.t
  // The row exists from the first use on, so that two processes queue up on it instead of both starting afresh.
  await tx.insert('rate bucket', 'rateBuckets', [{ key, state: { windows: [] }, updatedAt: 0 }], (insert) =>
    insert.onConflictDoUpdate({ target: rateBuckets.key, set: { updatedAt: sql`${rateBuckets.updatedAt}` } }),
  )
  const [row] = await tx.db.select({ state: rateBuckets.state }).from(rateBuckets).where(eq(rateBuckets.key, key))
  return row?.state as RateState | undefined
}

async function writeState(tx: Tx, key: string, state: RateState, now: number): Promise<void> {
  const { rateBuckets } = tx.t
  await tx.db.update(rateBuckets).set({ state, updatedAt: now }).where(eq(rateBuckets.key, key))
}

/** Seals and opens one value of a source's row. */
export interface SourceVault {
  seal(plain: string, place: { table: string; row: string; column: string }): string
  open(sealed: string, place: { table: string; row: string; column: string }): string
}

/** A source's durable memory (login session, rotated tokens), sealed; one change of a source at a time. */
export function createSessionStore(store: Store, vault: SourceVault) {
  const queues = new Map<string, Promise<unknown>>()
  const place = (row: string) => ({ table: 'sources', row, column: 'session' })
  async function read(sourceId: string) {
    const { sources } = store.read.t
    const [row] = await store.read.db.select({ session: sources.session }).from(sources).where(eq(sources.id, sourceId))
    return row?.session ?? null
  }
  const decode = (sealed: string | null, sourceId: string): unknown =>
    sealed === null ? undefined : JSON.parse(vault.open(sealed, place(sourceId)))

  /** Another process may have changed it meanwhile; its value then wins, because ours may be used up. */
  async function change(sourceId: string, next: (current: unknown) => Promise<unknown>): Promise<unknown> {
    const before = await read(sourceId)
    const value = await next(decode(before, sourceId))
    const sealed = vault.seal(JSON.stringify(value ?? null), place(sourceId))
    const saved = await store.write(async (tx) => {
      const { sources } = tx.t
      const unchanged = before === null ? sql`${sources.session} is null` : eq(sources.session, before)
      return tx.db
        .update(sources)
        .set({ session: sealed })
        .where(sql`${eq(sources.id, sourceId)} and ${unchanged}`)
        .returning({ id: sources.id })
    })
    return saved.length > 0 ? value : decode(await read(sourceId), sourceId)
  }
  return {
    get: async (sourceId: string) => decode(await read(sourceId), sourceId),
    update(sourceId: string, next: (current: unknown) => Promise<unknown>): Promise<unknown> {
      const turn = (queues.get(sourceId) ?? Promise.resolve()).catch(() => undefined).then(() => change(sourceId, next))
      queues.set(sourceId, turn)
      return turn
    },
  }
}
