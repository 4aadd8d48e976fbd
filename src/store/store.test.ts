import { eq } from 'drizzle-orm'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeStores } from '../../test/helpers/database.ts'
import { root } from '../../test/helpers/root.ts'
import { addSource, mention, testContext } from '../../test/helpers/world.ts'
import { ingestPage } from './ingest.ts'
import { openStore } from './open.ts'
import type { Notice } from './store.ts'

const setting = (key: string, value: unknown) => ({ key, value, updatedAt: 1 })

describeStores('store', (makeStore) => {
  it('keeps what a transaction wrote and tells the listeners after the commit', async () => {
    const store = await makeStore()
    const told: Notice[] = []
    store.onCommit((notices) => told.push(...notices))
    await store.write(async (tx) => {
      await tx.insert('setting', 'settings', [setting('a', { deep: [1, 'two', null] }), setting('b', true)])
      tx.emit({ type: 'queries' })
      expect(told).toEqual([])
    })
    const { db, t } = store.read
    expect(await db.select().from(t.settings).orderBy(t.settings.key)).toEqual([
      setting('a', { deep: [1, 'two', null] }),
      setting('b', true),
    ])
    expect(told).toEqual([{ type: 'queries' }])
  })

  it('leaves nothing of a transaction that throws, and tells nobody', async () => {
    const store = await makeStore()
    const told: Notice[] = []
    store.onCommit((notices) => told.push(...notices))
    const failing = store.write(async (tx) => {
      await tx.insert('setting', 'settings', [setting('a', 1)])
      tx.emit({ type: 'queries' })
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await store.read.db.select().from(store.read.t.settings)).toEqual([])
    expect(told).toEqual([])
  })

  it('does not mix transactions that run at the same time', async () => {
    const store = await makeStore()
    const good = store.write(async (tx) => {
      await tx.insert('setting', 'settings', [setting('good', 1)])
      await new Promise((resolve) => setImmediate(resolve))
      await tx.insert('setting', 'settings', [setting('good too', 1)])
    })
    const bad = store.write(async (tx) => {
      await tx.insert('setting', 'settings', [setting('bad', 1)])
      throw new Error('no')
    })
    await expect(bad).rejects.toThrow('no')
    await good
    const rows = await store.read.db.select().from(store.read.t.settings).orderBy(store.read.t.settings.key)
    expect(rows.map((row) => row.key)).toEqual(['good', 'good too'])
  })

  it('refuses a write inside a write instead of waiting for itself', async () => {
    const store = await makeStore()
    await expect(store.write(() => store.write(async () => 1))).rejects.toThrow('store.write inside store.write')
    expect(await store.write(async () => 2)).toBe(2)
  })

  it('gives null back for null in JSON and boolean columns of prepared inserts', async () => {
    const store = await makeStore()
    await store.write((tx) =>
      tx.insert('author', 'authors', [
        {
          platform: 'p',
          instance: '',
          externalId: '1',
          handle: 'h',
          handleKey: 'h',
          isBot: null,
          verifiedUrls: null,
          firstSeenAt: 1,
          updatedAt: 1,
        },
      ]),
    )
    const { db, t } = store.read
    const [row] = await db.select().from(t.authors).where(eq(t.authors.externalId, '1'))
    expect(row).toMatchObject({ isBot: null, verifiedUrls: null, followers: null })
  })

  it('keeps every value of many rows, be it the default, the same in all, or in one row only', async () => {
    const store = await makeStore()
    const shared = { platform: 'p', instance: '', verifiedUrls: ['https://a.example'], firstSeenAt: 1, updatedAt: 1 }
    // As many as take statements of every size.
    const rows = Array.from({ length: 87 }, (_, i) => ({
      ...shared,
      externalId: `${i}`,
      handle: `h${i}`,
      handleKey: `h${i}`,
      name: i === 70 ? "O'Neil @handle" : null,
      isBot: i === 3 ? true : null,
    }))
    const add = () =>
      store.write((tx) => tx.insert('some author', 'authors', rows, (insert) => insert.onConflictDoNothing()))
    expect(await add()).toBe(87)
    expect(await add()).toBe(0)
    const { db, t } = store.read
    const stored = await db.select().from(t.authors).orderBy(t.authors.seq)
    expect(stored).toMatchObject(rows)
    expect(stored).toHaveLength(87)
  })

  it('reports a healthy database', async () => {
    const store = await makeStore()
    await store.optimise()
    expect(await store.integrity()).toBe('ok')
  })
})

it('tells the listeners what another process wrote beside it (SQLite)', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-beside-'))
  const options = { dataFolder: folder, migrationsFolder: join(root, 'data/migrations') }
  const server = await openStore(options)
  const command = await openStore(options)
  const told = new Promise<Notice[]>((resolve) => server.onCommit(resolve))
  // The first look only learns where the log stands.
  await new Promise((resolve) => setTimeout(resolve, 1600))
  const source = await addSource(command)
  await command.write((tx) => ingestPage(tx, source, { items: [mention('1')] }, testContext()))
  expect(await told).toContainEqual({ type: 'thread', threadSeq: 1, reason: 'inbound' })
  await Promise.all([server.close(), command.close()])
  rmSync(folder, { recursive: true, force: true })
})
