import Database from 'better-sqlite3'
import { inArray, sql } from 'drizzle-orm'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { appendAudit } from './audit.ts'
import { StoreError } from './errors.ts'
import { openSqlite } from './sqlite.ts'
import type { Tx } from './store.ts'

/** A consistent copy while the server runs. Complete and sound under its name, or not there at all. */
export function copySqlite(file: string, target: string): void {
  if (existsSync(target)) throw new StoreError('conflict', `${target} exists already. Nothing was written.`)
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 })
  const part = `${target}.part`
  rmSync(part, { force: true })
  try {
    withSqlite(file, (db) => db.prepare('vacuum into ?').run(part))
    chmodSync(part, 0o600)
    const state = inspectSqlite(part)
    if (state.integrity !== 'ok') throw new Error(`The copy is damaged (${state.integrity}). It was removed.`)
    renameSync(part, target)
  } finally {
    rmSync(part, { force: true })
  }
}

export interface SqliteState {
  /** 'ok' or what is wrong. */
  integrity: string
  /** Time of the newest migration (its `when`); 0: no database of Earshot. */
  migration: number
}

/** Looks at a file without changing it. */
export function inspectSqlite(file: string): SqliteState {
  try {
    return withSqlite(file, (db) => {
      const integrity = String(db.pragma('integrity_check', { simple: true }))
      const table = db.prepare(`select 1 from sqlite_master where name = '__drizzle_migrations'`).get()
      if (!table) return { integrity, migration: 0 }
      const row = db.prepare('select max(created_at) as newest from __drizzle_migrations').get() as { newest: number }
      return { integrity, migration: Number(row.newest ?? 0) }
    })
  } catch (error) {
    return { integrity: error instanceof Error ? error.message : String(error), migration: 0 }
  }
}

/** `when` of the newest migration of this release. */
export function newestMigration(folder: string): number {
  const journal = JSON.parse(readFileSync(join(folder, 'meta/_journal.json'), 'utf8')) as {
    entries: { when: number }[]
  }
  return Math.max(...journal.entries.map((entry) => entry.when))
}

/**
 * Puts the write-ahead log back into the file, which needs that nobody else has it open: the proof that no server runs
 * on it. Throws StoreError('conflict').
 */
export function closeForReplacing(file: string): void {
  try {
    withSqlite(file, (db) => {
      const mode = db.pragma('journal_mode = delete', { simple: true })
      if (mode !== 'delete') throw new Error('the file is still in use')
    })
  } catch (cause) {
    throw new StoreError(
      'conflict',
      'The database is in use. Nothing was changed. Stop the server and every other earshot command, then try again.',
      { cause },
    )
  }
}

export interface Paused {
  /** Replies that a person must look at now. */
  replies: number
  /** Replies that wait for an approval and got the note. */
  waiting: number
}

const inFlight = ['queued', 'scheduled', 'sending', 'unknown'] as const

/**
 * What was on its way when the copy was made may have gone out since: a person looks at the platform and decides. Nothing
 * is sent by itself, and sessions that ended since do not come back.
 */
export async function pauseOutbox(file: string, now: number, message: string): Promise<Paused> {
  const store = openSqlite(file)
  try {
    return await store.write(async (tx) => {
      const error = { kind: 'restored', message, at: now }
      const { replies, jobs, sessions, oneTimeLinks } = tx.t
      const moved = await tx.db
        .update(replies)
        .set({ state: 'needs_person', error, updatedAt: now })
        .where(inArray(replies.state, [...inFlight]))
        .returning({ id: replies.id })
      const waiting = await tx.db
        .update(replies)
        .set({ error })
        .where(inArray(replies.state, ['pending_approval']))
        .returning({ id: replies.id })
      await tx.db.delete(jobs).where(sql`${jobs.kind} = 'deliver'`)
      await tx.db.delete(sessions)
      await tx.db.delete(oneTimeLinks)
      await noteRestore(tx, now, { replies: moved.length, waiting: waiting.length })
      return { replies: moved.length, waiting: waiting.length }
    })
  } finally {
    await store.close()
  }
}

async function noteRestore(tx: Tx, now: number, paused: Paused): Promise<void> {
  const entry = { at: now, actor: 'system', action: 'database.restore', object: 'database' }
  await appendAudit(tx, { ...entry, data: { ...paused } })
}

function withSqlite<T>(file: string, action: (db: Database.Database) => T): T {
  const db = new Database(file, { fileMustExist: true, timeout: 2_000 })
  try {
    return action(db)
  } finally {
    db.close()
  }
}
