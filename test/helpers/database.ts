import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, inject } from 'vitest'
import { migrateSqlite } from '../../src/store/migrate.ts'
import { openPostgres, withMaintenance } from '../../src/store/postgres.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import type { Store } from '../../src/store/store.ts'
import { root } from './root.ts'

export type MakeStore = () => Promise<Store>

let template: string | undefined
let serial = 0

/** Runs the suite once for each database that can run here; every call of `makeStore` gives a fresh, migrated one. */
export function describeStores(name: string, suite: (makeStore: MakeStore, dialect: 'sqlite' | 'postgres') => void) {
  describe(`${name} (SQLite)`, () => {
    const closing: (() => Promise<void>)[] = []
    afterEach(() => closeAll(closing))
    suite(() => freshSqlite(closing), 'sqlite')
  })
  const url = inject('postgresUrl')
  describe.skipIf(url === '')(`${name} (PostgreSQL)`, () => {
    const closing: (() => Promise<void>)[] = []
    afterEach(() => closeAll(closing))
    suite(() => freshPostgres(url, closing), 'postgres')
  })
}

async function closeAll(closing: (() => Promise<void>)[]): Promise<void> {
  for (const close of closing.splice(0).reverse()) await close()
}

async function freshSqlite(closing: (() => Promise<void>)[]): Promise<Store> {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-test-'))
  const file = join(folder, 'earshot.db')
  if (!template || !existsSync(template)) {
    template = join(mkdtempSync(join(tmpdir(), 'earshot-template-')), 'template.db')
    await migrateSqlite(template, join(root, 'data/migrations/sqlite'))
  }
  copyFileSync(template, file)
  const store = openSqlite(file)
  closing.push(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return store
}

async function freshPostgres(url: string, closing: (() => Promise<void>)[]): Promise<Store> {
  const name = `t_${process.pid}_${++serial}`
  await withMaintenance(url, (run) => run(`create database ${name} template earshot_template`))
  const target = new URL(url)
  target.pathname = `/${name}`
  const store = await openPostgres(target.href, { poolSize: 4 })
  closing.push(async () => {
    await store.close()
    await withMaintenance(url, (run) => run(`drop database ${name} with (force)`))
  })
  return store
}
