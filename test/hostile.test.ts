import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { toMention } from '../connectors/rss/map.ts'
import { parseFeed } from '../connectors/rss/parse.ts'
import { decodeText } from '../src/connector/decodeText.ts'
import { parseMention } from '../src/connector/mentionSchema.ts'
import { cleanText } from '../src/connector/plainText.ts'
import { exportMentions } from '../src/store/exporting.ts'
import { openPostgres, withMaintenance } from '../src/store/postgres.ts'
import { openSqlite } from '../src/store/sqlite.ts'
import { until, visit } from './browser/visit.ts'
import { findChromium, launchChromium } from './helpers/chromium.ts'
import { startProduct, type Product } from './helpers/product.ts'
import { sharedPath } from './helpers/shared.ts'
import { addSender } from './helpers/webhook.ts'

const corpora = sharedPath('corpora')
if (!corpora)
  process.stderr.write('\n*** HOSTILE INPUT WAS NOT TESTED: the corpora (../shared/corpora) are absent. ***\n\n')
const chromium = corpora ? findChromium() : undefined
const slow = 300_000

const naughty = corpora ? (JSON.parse(readFileSync(join(corpora, 'blns/blns.json'), 'utf8')) as string[]) : []
const scripts = corpora ? readFileSync(join(corpora, 'xss/strings.txt'), 'utf8').split('\n') : []
const strings = [
  ...new Set([...naughty, ...scripts, 'a\u0000b', 'lone \ud83d surrogate', '"><img src=x onerror=__xss()>']),
]
  .filter((text) => text.trim() !== '')
  .map((text) => text.trim())

/** Every field that a platform fills, by the string of that field. */
interface Fields {
  text: string
  title: string
  name: string
  handle: string
  bio: string
  location: string
  alt: string
  subject: string
  version: string
  ownerReply: string
}
const names = ['text', 'title', 'name', 'handle', 'bio', 'location', 'alt', 'subject', 'version', 'ownerReply'] as const

/** The naughty strings and a ninth of the others in every field at once; of all, each in a text and in one more field. */
function fieldsOf(): Fields[] {
  const fill = (of: (at: number) => string) =>
    Object.fromEntries(names.map((name, at) => [name, of(at)])) as unknown as Fields
  const whole = strings.filter((_, at) => at < naughty.length || at % 9 === 0).map((text) => fill(() => text))
  const spread: Fields[] = []
  for (let at = 0; at < strings.length; at += names.length)
    spread.push({
      ...fill((field) => strings[at + ((field + spread.length) % names.length)] ?? 'end'),
      text: strings.slice(at, at + names.length).join('\n'),
    })
  return [...whole, ...spread]
}

/** Few, full pages: opening one costs a browser far more than one more item in it. */
const perThread = 120
const part = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' }

function mentionOf(fields: Fields, at: number) {
  const query = encodeURIComponent(fields.name.toWellFormed())
  return {
    externalId: `hostile-${at}`,
    ...(at % perThread === 0
      ? {}
      : { rootId: `hostile-${at - (at % perThread)}`, parentId: `hostile-${at - (at % perThread)}` }),
    text: fields.text,
    title: fields.title,
    createdAt: new Date(Date.now() - (10_000 - at) * 1000).toISOString(),
    url: `https://hostile.example/${at}?q=${query}`,
    author: {
      externalId: `author-${at}`,
      handle: fields.handle,
      name: fields.name.slice(0, 500),
      bio: fields.bio,
      location: fields.location.slice(0, 500),
      url: `https://hostile.example/?u=${query}`,
      avatarUrl: `https://hostile.example/a.png?u=${query}`,
    },
    media: [{ type: 'image', url: `https://hostile.example/i.png?u=${query}`, alt: fields.alt.slice(0, 5000) }],
    ...(at % 2 === 0
      ? {
          review: {
            subject: { kind: 'app', id: 'app', name: fields.subject.slice(0, 500) },
            rating: (at % 5) + 1,
            version: fields.version.slice(0, 200),
            ownerReply: { text: fields.ownerReply },
          },
        }
      : {}),
  }
}

/** The entries of every feed of the corpus that can be read, as the connector hands them over. */
function feedMentions(folder: string): object[] {
  const context = { feedUrl: 'https://feed.example/', base: 'https://feed.example/', now: Date.now() }
  return filesOf(folder).flatMap((file, at) => {
    try {
      return parseFeed(decodeText(readFileSync(file)))
        .entries.map((entry, n) => {
          const { raw: _raw, ...mention } = toMention(entry, context)
          return { ...mention, externalId: `feed-${at}-${n}` }
        })
        .filter(canBeWritten)
    } catch {
      return [] // corpus.test.ts of the connector holds what cannot be read and why.
    }
  })
}

/** What webhooks refuse (entries without any text) is theirs to set aside. */
function canBeWritten(mention: object): boolean {
  try {
    parseMention(mention)
    return true
  } catch {
    return false
  }
}

function filesOf(path: string): string[] {
  return readdirSync(path).flatMap((name) => {
    const full = join(path, name)
    if (statSync(full).isDirectory()) return filesOf(full)
    return /\.(xml|json)$/.test(name) ? [full] : []
  })
}

const hostile = fieldsOf()

async function deliverAll(product: Product): Promise<number> {
  const sender = await addSender(product)
  const mentions = [...hostile.map(mentionOf), ...(corpora ? feedMentions(join(corpora, 'feedparser')) : [])]
  for (let at = 0; at < mentions.length; at += 300)
    expect(await sender.deliver(mentions.slice(at, at + 300)), product.output()).toBe(202)
  return mentions.length
}

/** Everything stored, straight from the database. */
async function stored(product: Product, databaseUrl: string | undefined) {
  const store = databaseUrl ? await openPostgres(databaseUrl) : openSqlite(join(product.folder, 'demo/earshot.db'))
  try {
    const rows: Awaited<ReturnType<typeof exportMentions>> = []
    for (let after = 0; ;) {
      const page = await exportMentions(store.read, { after, limit: 1000, since: 0, without: ['demo'] })
      rows.push(...page)
      const last = page.at(-1)
      if (!last || page.length < 1000) return rows
      after = last.seq
    }
  } finally {
    await store.close()
  }
}

const databases: [string, boolean][] = [
  ['SQLite', true],
  ['PostgreSQL', inject('postgresUrl') !== ''],
]
for (const [database, runs] of databases)
  describe.skipIf(!corpora || !runs)(`hostile input (${database})`, () => {
    let product: Product
    let databaseUrl: string | undefined
    let drop: () => Promise<unknown> = async () => undefined
    let browser: Browser | undefined
    let broken: Server | undefined
    let cookie = ''
    let delivered = 0

    beforeAll(async () => {
      if (!corpora || !runs) return
      if (database === 'PostgreSQL') {
        const name = `hostile_${process.pid}_${Date.now()}`
        const maintenance = inject('postgresUrl')
        await withMaintenance(maintenance, (run) => run(`create database ${name}`))
        const url = new URL(maintenance)
        url.pathname = `/${name}`
        databaseUrl = url.href
        drop = () => withMaintenance(maintenance, (run) => run(`drop database ${name} with (force)`))
      }
      product = await startProduct({
        demo: true,
        env: { EARSHOT_ALLOW_PRIVATE: '*', ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}) },
      })
      delivered = await deliverAll(product)
      cookie = await cookieOf(product)
    }, slow)
    afterAll(async () => {
      await browser?.close()
      broken?.close()
      await product?.remove()
      await drop()
    })

    const get = (path: string) =>
      fetch(`${product.url}${path}`, { headers: { Cookie: cookie, ...part }, redirect: 'manual' })

    it('is stored as it came, less NUL and unpaired surrogates', { timeout: slow }, async () => {
      const rows = await stored(product, databaseUrl)
      expect(rows.length).toBe(delivered)
      const byId = new Map(rows.map((row) => [row.mention.externalId, row]))
      const wrong: string[] = []
      for (const [at, fields] of hostile.entries()) {
        const row = byId.get(`hostile-${at}`)
        const same = (name: string, kept: unknown, given: string) => {
          if (kept !== cleanText(given))
            wrong.push(`${at} ${name}: ${JSON.stringify(given)} became ${JSON.stringify(kept)}`)
        }
        same('text', row?.mention.text, fields.text)
        same('title', row?.mention.title, fields.title)
        same('name', row?.author.name, fields.name.slice(0, 500))
        same('handle', row?.author.handle, fields.handle.replace(/^@/, ''))
        same('bio', row?.author.bio, fields.bio)
        same('location', row?.author.location, fields.location.slice(0, 500))
      }
      expect(wrong).toEqual([])
    })

    it('answers every list and thread with 200', { timeout: slow }, async () => {
      const known = [...new Set((await stored(product, databaseUrl)).map((row) => row.threadId))]
      const large = Math.ceil(hostile.length / perThread)
      const threads = new Set(known.filter((_, at) => at < large || at % 20 === 0))
      const searches = strings
        .filter((_, at) => at % 250 === 0)
        .map((text) => `/inbox?q=${encodeURIComponent(text.toWellFormed())}`)
      const wrong: string[] = []
      for (const path of [...[...threads].map((id) => `/threads/${id}`), ...searches]) {
        // The thread alone, as htmx asks for it; the list beside it is walked in the browser below.
        const answer = await get(path)
        await answer.arrayBuffer()
        if (answer.status !== 200) wrong.push(`${path}: ${answer.status}`)
      }
      expect(threads.size).toBeGreaterThan(50)
      expect(wrong).toEqual([])
    })

    it.skipIf(!chromium || database !== 'SQLite')(
      'executes nothing in a browser, reports nothing, asks nobody else',
      { timeout: slow },
      async () => {
        browser = await launchChromium(chromium ?? '')
        broken = await addHostileSources(product)
        await importHostileCustomers(product)
        const one = await visit(browser, product.url)
        const { page, problems } = one
        await page.context().addCookies([{ name: 'earshot', value: cookie.slice('earshot='.length), url: product.url }])
        const threads = [...new Set((await stored(product, undefined)).map((row) => row.threadId))]
        const large = threads.slice(0, Math.ceil(hostile.length / perThread))
        const feeds = threads.slice(large.length).filter((_, at) => at % 500 === 0)
        const addresses = [...large, ...feeds].map((id) => `/threads/${id}?view=all`)
        let shown = 0
        for (const address of [...addresses, '/reports', '/queries', '/status']) {
          expect((await page.goto(address))?.status(), address).toBe(200)
          shown += await page.locator('#thread-pane article').count()
        }
        expect(shown).toBeGreaterThanOrEqual(hostile.length)
        await walkPages(page, '/inbox?view=all')
        await walkPages(page, '/customers')
        for (const list of ['/customers', '/sources']) {
          await page.goto(list)
          const links = page.locator(`a[href^="${list}/0"]`)
          const found = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''))
          for (const address of [...new Set(found)].slice(0, 12))
            expect((await page.goto(address))?.status(), address).toBe(200)
        }
        // Sources in trouble show what the other side said.
        await page.goto('/sources')
        expect(await page.getByText('"><img src=x onerror=__xss()>').count()).toBeGreaterThan(0)
        // No picture of an author can be fetched here: Chromium says so of our own avatar address, and nothing else.
        const noPicture = new RegExp(`status of 404 .*\\(${product.url}/avatar/[\\w-]+/[\\w-]+\\)$`)
        expect(problems.filter((one) => !noPicture.test(one))).toEqual([])
        // The watch would have noticed: it does when something really runs.
        await page.evaluate('__xss()')
        expect(problems.at(-1)).toBe('executed: __xss')
        await one.close()
      },
    )
  })

async function cookieOf(product: Product): Promise<string> {
  const answer = await fetch(product.signInLink, {
    method: 'POST',
    redirect: 'manual',
    headers: { Origin: product.url },
  })
  const line = answer.headers.getSetCookie().find((one) => one.startsWith('earshot='))
  if (!line) throw new Error(`not signed in: ${answer.status} ${await answer.text()}`)
  return line.split(';')[0] ?? ''
}

async function walkPages(page: Awaited<ReturnType<typeof visit>>['page'], start: string): Promise<void> {
  await page.goto(start)
  for (let n = 0; n < 12; n++) {
    const next = page.locator('a[rel=next]').first()
    if ((await next.count()) === 0) return
    await page.goto((await next.getAttribute('href')) ?? '')
  }
}

const evil = '"><img src=x onerror=__xss()>'

/** Names that are markup, and a feed that turns bad after it was connected, with markup in what it says. */
async function addHostileSources(product: Product): Promise<Server> {
  let healthy = true
  const server = createServer((_request, response) => {
    if (healthy) {
      response.setHeader('content-type', 'application/rss+xml')
      return response.end(
        `<rss version="2.0"><channel><title>${'&lt;script&gt;__xss()&lt;/script&gt;'}</title></channel></rss>`,
      )
    }
    response.setHeader('content-type', 'text/html')
    return response.end(`<html>${evil}<script>__xss()</script>`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const port = (server.address() as AddressInfo).port
  const address = `http://127.0.0.1:${port}/?${encodeURIComponent(evil)}`
  const added = await product.command('source', 'add', 'rss', '--url', address)
  if (added.code !== 0) throw new Error(added.err)
  healthy = false
  const named = await product.command('source', 'add', 'webhook', '--name', evil, '--secret', 'sixteen signs and more')
  if (named.code !== 0) throw new Error(named.err)
  const listed = await product.command('source', 'list', '--json')
  const rss = listed.out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { id: string; connector: string })
    .find((one) => one.connector === 'rss')
  await product.command('source', 'run', rss?.id ?? '')
  return server
}

async function importHostileCustomers(product: Product): Promise<void> {
  const file = join(product.folder, 'customers.jsonl')
  const lines = strings
    .filter((_, at) => at % 10 === 0)
    .map((text, at) =>
      JSON.stringify({
        externalRef: `h${at}`,
        name: text,
        company: text,
        tier: text,
        location: text,
        notes: text,
        emails: [`h${at}@hostile.example`],
        accounts: [{ platform: 'webhook', handle: text }],
        custom: { [text.slice(0, 40)]: text },
      }),
    )
  writeFileSync(file, lines.join('\n'))
  const { code, err } = await product.command('import', 'customers', file)
  if (code !== 0) throw new Error(err)
  await until('the customers are there', async () =>
    (await product.command('export', 'customers')).out.includes('"h1"'),
  )
}
