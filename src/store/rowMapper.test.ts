import { eq, sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeStores } from '../../test/helpers/database.ts'
import { addSource, createWorld, hear, makeMention } from '../../test/helpers/workspace.ts'

describeStores('prepared reads', (makeStore) => {
  it('give the very rows that unprepared ones give: JSON, booleans, nulls, expressions, nested joins', async () => {
    const world = createWorld(await makeStore())
    await addSource(world)
    const author = { externalId: 'a', handle: 'a', isBot: true, verifiedUrls: ['https://a.example'] }
    await hear(world, [makeMention({ author, metrics: { likes: 3 } }), makeMention()])
    const { read } = world.store
    const { db, t } = read
    expect(await read.all('mapper.authors', (d, tables) => d.select().from(tables.authors), {})).toEqual(
      await db.select().from(t.authors),
    )
    const flat = {
      seq: t.mentions.seq,
      metrics: t.mentions.metrics,
      isHistory: t.mentions.isHistory,
      count: sql<number>`count(*) over ()`.mapWith(Number),
      shout: sql<string>`upper(${t.mentions.text})`.as('shout'),
      customer: t.customers.name,
    }
    const joined = () =>
      db
        .select(flat)
        .from(t.mentions)
        .leftJoin(t.customers, eq(t.customers.seq, t.mentions.authorSeq))
        .orderBy(t.mentions.seq)
    const rows = await read.all('mapper.flat', joined, {})
    expect(rows).toEqual(await joined())
    expect(rows[0]).toMatchObject({ count: 2, customer: null, isHistory: false })
    const nested = () =>
      db
        .select({ thread: t.threads, customer: t.customers })
        .from(t.threads)
        .leftJoin(t.customers, eq(t.customers.seq, 0))
    expect(await read.all('mapper.nested', nested, {})).toEqual(await nested())
    const inner = () =>
      db
        .select({ mention: t.mentions, author: t.authors })
        .from(t.mentions)
        .innerJoin(t.authors, eq(t.authors.seq, t.mentions.authorSeq))
        .orderBy(t.mentions.seq)
    expect(await read.all('mapper.inner', inner, {})).toEqual(await inner())
  })
})
