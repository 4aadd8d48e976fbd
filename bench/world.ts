import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { uuidv7 } from '../src/domain/id.ts'
import type { IncomingMention } from '../src/domain/mention.ts'
import { createRandomPool } from '../src/randomPool.ts'
import type { IngestSource } from '../src/store/ingest.ts'
import { openStore } from '../src/store/open.ts'
import type { Store } from '../src/store/store.ts'
import { posts } from './match.bench.ts'

export const now = Date.UTC(2026, 10, 21, 12)
const randomOf = createRandomPool()
export const newId = () => uuidv7(Date.now(), randomOf)
export const source: IngestSource = { id: 'bench', platform: 'bench', instance: '', connectedAt: 0, settings: {} }

/** A store of its own; with BENCH_WORLD=folder one that stays, since a million mentions take minutes to write. */
export async function freshStore(): Promise<{ store: Store; folder: string; close(): Promise<void> }> {
  const kept = process.env['BENCH_WORLD']
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'earshot-bench-'))
  const store = await openStore({ dataFolder: folder, migrationsFolder: join(process.cwd(), 'data/migrations') })
  await store.write(async (tx) => {
    const times = { nextPollAt: 0, connectedAt: 0, createdAt: 0 }
    const { id } = source
    const row = { id, connector: 'bench', account: 'bench', name: 'Bench', config: {}, settings: {} }
    await tx.db
      .insert(tx.t.sources)
      .values({ ...row, state: 'paused', intervalSeconds: 60, ...times })
      .onConflictDoNothing()
  })
  return {
    store,
    folder,
    async close() {
      await store.close()
      if (kept === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Posts of about 186 characters by many authors, a minute apart, newest last. */
export function incoming(count: number, seed: number): IncomingMention[] {
  return posts(count, seed).map((text, i) => {
    const author = (i * 7919) % Math.max(10, count >> 1)
    return {
      externalId: `${seed}-${i}`,
      url: `https://bench.invalid/${seed}/${i}`,
      kind: 'post',
      author: { externalId: `a${author}`, handle: `author${author}`, name: `Author ${author}` },
      text,
      lang: 'en',
      createdAt: now - (count - i) * 60_000,
      metrics: { likes: i % 50 },
    }
  })
}
