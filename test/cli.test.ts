import Database from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, inject, it } from 'vitest'
import { backup, doctor, migrate, restore, user } from '../src/cli/admin.ts'
import { runClassify } from '../src/cli/classify.ts'
import { exportRows } from '../src/cli/export.ts'
import { importFile } from '../src/cli/import.ts'
import { source } from '../src/cli/source.ts'
import type { ReplyState } from '../src/domain/reply.ts'
import { openRuntime } from '../src/runtime.ts'
import { logAcceptances } from '../src/store/labels.ts'
import { correctClassification } from '../src/store/threadActions.ts'
import { openSqlite } from '../src/store/sqlite.ts'
import { useOneTimeLink } from '../src/store/users.ts'
import { withMaintenance } from '../src/store/postgres.ts'
import { Writable } from 'node:stream'
import { createInstallation } from './helpers/command.ts'
import { addSource, createWorld, hear, makeMention } from './helpers/workspace.ts'

const removing: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const remove of removing.splice(0)) await remove()
})

function install(env: Record<string, string> = {}) {
  const it = createInstallation(env)
  removing.push(it.remove)
  return it
}

/** The same commands on a fresh PostgreSQL database. */
async function installOnPostgres() {
  const url = inject('postgresUrl')
  const name = `cli_${process.pid}_${Date.now()}`
  await withMaintenance(url, (run) => run(`create database ${name} template earshot_template`))
  const target = new URL(url)
  target.pathname = `/${name}`
  removing.push(() => withMaintenance(url, (run) => run(`drop database ${name} with (force)`)))
  return install({ DATABASE_URL: target.href })
}

const doctorOf: typeof backup = (config, _argv, stdin, stdout, stderr) => doctor(config, stdin, stdout, stderr)
const lines = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>)

const mentionFile = [
  {
    externalId: 'm1',
    text: 'Terrible, I hate it: it crashes all the time',
    createdAt: '2026-03-01T10:00:00Z',
    author: 'ann',
  },
  { externalId: 'm2', text: 'I love it', createdAt: '2026-03-02T10:00:00Z', author: { handle: 'bob', name: 'Bob' } },
]
  .map((line) => JSON.stringify(line))
  .join('\n')

const databases: [string, () => ReturnType<typeof install> | ReturnType<typeof installOnPostgres>, boolean][] = [
  ['SQLite', () => install(), true],
  ['PostgreSQL', () => installOnPostgres(), inject('postgresUrl') !== ''],
]

for (const [database, open, runs] of databases)
  describe.skipIf(!runs)(`import and export (${database})`, () => {
    it('imports mentions once, classifies them without a server, and exports what it can import', async () => {
      const here = await open()
      const file = here.file('m.jsonl', `${mentionFile}\nnot json\n`)
      const dry = await here.run(importFile, ['mentions', file, '--dry-run'])
      expect(dry).toMatchObject({ code: 1, out: '2 mentions would be imported.\n' })
      const first = await here.run(importFile, ['mentions', file])
      expect(first.code).toBe(1)
      expect(first.err).toContain('line 3: This line is not JSON.')
      expect(first.out).toBe('2 new mentions, 0 changed, 0 known already.\n')
      const again = await here.run(importFile, ['mentions', here.file('n.jsonl', mentionFile)])
      expect(again).toMatchObject({ code: 0, out: '0 new mentions, 0 changed, 2 known already.\n' })
      const exported = await here.run(exportRows, ['mentions'])
      const rows = lines(exported.out)
      expect(rows).toMatchObject([
        { externalId: 'm1', author: { handle: 'ann' }, createdAt: '2026-03-01T10:00:00.000Z', sentiment: 'negative' },
        { externalId: 'm2', sentiment: 'positive' },
      ])
      const since = await here.run(exportRows, ['mentions', '--since', '2026-03-02'])
      expect(lines(since.out).map((row) => row['externalId'])).toEqual(['m2'])
      const there = install()
      const moved = await there.run(importFile, ['mentions', there.file('moved.jsonl', exported.out)])
      expect(moved).toMatchObject({ code: 0, out: '2 new mentions, 0 changed, 0 known already.\n' })
    })

    it('exports what people said of labels as the classifier reads it', async () => {
      const here = await open()
      await here.run(importFile, ['mentions', here.file('m.jsonl', mentionFile)])
      const runtime = await openRuntime(here.config)
      const { mentions } = runtime.store.read.t
      const rows = await runtime.store.read.db.select().from(mentions).orderBy(mentions.createdAt)
      const act = { userId: 'u1', now: Date.UTC(2026, 2, 5), ip: '', newId: runtime.newId }
      await runtime.store.write(async (tx) => {
        const [first, second] = rows
        for (const sentiment of ['neutral', 'positive'] as const)
          await correctClassification(tx, act, first?.seq ?? 0, { sentiment, intents: ['praise'] })
        await logAcceptances(tx, act, second?.threadSeq ?? 0)
      })
      await runtime.close()
      const exported = await here.run(exportRows, ['corrections'])
      expect(lines(exported.out)).toMatchObject([
        {
          text: 'Terrible, I hate it: it crashes all the time',
          kind: 'mention',
          sentiment: 'positive',
          intents: ['praise'],
        },
        { text: 'I love it', kind: 'mention', sentiment: 'positive', accepted: true },
      ])
      const log = here.file('log.jsonl', exported.out)
      const [judged] = lines(
        (
          await here.run(
            (_, ...rest) => runClassify(...rest),
            ['--corrections', log],
            JSON.stringify({ id: 1, text: rows[0]?.text, kind: 'mention' }),
          )
        ).out,
      )
      expect(judged).toMatchObject({ sentiment: 'positive', intents: [{ label: 'praise' }] })
    })

    it('imports customers from a table of many names for things, and their touchpoints, twice without doubles', async () => {
      const here = await open()
      const table = [
        'Customer ID,First name,Last name,E-mail,Phone,Company,Twitter,Mastodon,Shoe size',
        'c1,Ann,Müller,"ann@x.example; ann@home.example",+49 30 1,Acme,@annm,,38',
        'c2,Bob,,bob@y.example,,,,bob@social.example,',
        'c3,Cy,,no address,,,,,',
      ].join('\n')
      const file = here.file('c.csv', table)
      const first = await here.run(importFile, ['customers', file])
      expect(first.out).toBe('2 new customers, 0 updated, 0 unchanged.\n')
      expect(first.code).toBe(1)
      expect(first.err).toContain('line 4: “no” is not an e-mail address')
      const again = await here.run(importFile, ['customers', file])
      expect(again.out).toBe('0 new customers, 0 updated, 2 unchanged.\n')
      const json = [
        { id: 'c1', tier: 'go\u0000ld' },
        { id: 'c3', given: 'Cy', emails: ['cy@z.example'] },
        { emails: 'none' },
      ]
      const more = here.file(
        'c.jsonl',
        json.map((one) => JSON.stringify({ name: one.id === 'c1' ? 'Ann Müller' : undefined, ...one })).join('\n'),
      )
      const third = await here.run(importFile, ['customers', more])
      expect(third).toMatchObject({ out: '1 new customer, 1 updated, 0 unchanged.\n', code: 1 })
      expect(third.err).toContain('line 3: emails: "none" is no e-mail address')
      const rows = lines((await here.run(exportRows, ['customers'])).out)
      expect(rows[0]).toMatchObject({
        externalRef: 'c1',
        name: 'Ann Müller',
        company: 'Acme',
        tier: 'gold',
        emails: ['ann@x.example', 'ann@home.example'],
        phones: ['+49 30 1'],
        accounts: [{ platform: 'x', handle: '@annm' }],
        custom: { 'Shoe size': '38' },
      })
      const touches = [
        { customer: 'c1', channel: 'call', occurredAt: '2026-03-01T09:00:00Z', summary: 'asked for a demo' },
        { email: 'BOB@y.example', channel: 'website', occurredAt: 1_772_359_200, externalKey: 'w1', page: '/pricing' },
        { customer: 'nobody', channel: 'call', occurredAt: '2026-03-01' },
        { customer: 'c1', channel: 'pigeon', occurredAt: '2026-03-01' },
      ]
      const path = here.file('t.jsonl', touches.map((one) => JSON.stringify(one)).join('\n'))
      const dry = await here.run(importFile, ['touchpoints', path, '--dry-run'])
      expect(dry.out).toContain('2 touchpoints would be imported')
      expect(lines((await here.run(exportRows, ['touchpoints'])).out)).toEqual([])
      const told = await here.run(importFile, ['touchpoints', path])
      expect(told).toMatchObject({ code: 1, out: '2 new touchpoints, 0 known already.\n' })
      expect(told.err).toMatch(/line 3: customer: is not known[^]*line 4: channel/)
      expect((await here.run(importFile, ['touchpoints', path])).out).toBe('0 new touchpoints, 2 known already.\n')
      expect(lines((await here.run(exportRows, ['touchpoints'])).out)).toMatchObject([
        { externalRef: 'c1', channel: 'call', direction: 'in', occurredAt: '2026-03-01T09:00:00.000Z' },
        { externalRef: 'c2', externalKey: 'w1' },
      ])
    })

    it('keeps a person and a sign-in link that works once', async () => {
      const here = await open()
      const refused = await here.run(user, ['add', 'a@x.example', '--name', 'A', '--role', 'agent'])
      expect(refused).toMatchObject({ code: 1 })
      expect(refused.err).toContain('the first person must be the owner')
      expect(await here.run(user, ['add', 'Ines@X.example', '--name', 'Ines'])).toMatchObject({ code: 0 })
      expect(await here.run(user, ['add', 'ines@x.example', '--name', 'Other'])).toMatchObject({ code: 1 })
      expect(await here.run(user, ['add', 'bo@x.example', '--name', 'Bo'])).toMatchObject({ code: 0 })
      const listed = lines((await here.run(user, ['list', '--json'])).out)
      expect(listed.map(({ email, role }) => [email, role])).toEqual([
        ['bo@x.example', 'agent'],
        ['ines@x.example', 'owner'],
      ])
      const link = await here.run(user, ['link', 'INES@x.example'])
      const token = /^http:\/\/127\.0\.0\.1:3000\/[\w/-]+\/([\w-]{43})\n$/.exec(link.out)?.[1] ?? ''
      const id = createHash('sha256').update(token).digest('hex')
      const { store, close } = await openRuntime(here.config)
      const use = () => store.write((tx) => useOneTimeLink(tx, id, 'sign_in', Date.now()))
      expect(await use()).toMatchObject({ userId: listed[1]?.['id'] })
      expect(await use()).toBeUndefined()
      await close()
      expect((await here.run(user, ['link', 'nobody@x.example'])).err).toContain('is not known')
    })

    it('connects a source after a check, once, and reads it here and now', async () => {
      const here = await open()
      const added = await here.run(source, ['add', 'demo'])
      expect(added).toMatchObject({ code: 0, err: expect.stringContaining('connected') })
      expect(await here.run(source, ['add', 'demo'])).toMatchObject({ code: 1 })
      const [row] = lines((await here.run(source, ['list', '--json'])).out)
      expect(row).toMatchObject({ id: added.out.trim(), connector: 'demo', state: 'active', read: 'never' })
      const webhook = ['add', 'webhook', '--name', 'Zapier', '--secret', '-']
      const sealed = await here.run(source, webhook, 'a secret of twenty-odd characters\n')
      expect(sealed.code).toBe(0)
      expect(await here.run(source, ['run', 'nothing'])).toMatchObject({ code: 1 })
      const read = await here.run(source, ['run', sealed.out.trim()])
      expect(read).toMatchObject({ code: 0, out: 'Zapier was read: 0 new or changed mentions classified.\n' })
    })
  })

describe('wrong usage', () => {
  it.each([
    ['user', user, ['add', 'nobody', '--name', 'x']],
    ['user', user, ['add', 'a@x.example']],
    ['user', user, ['list', '--yaml']],
    ['source', source, ['add', 'nothing']],
    ['source', source, ['add', 'webhook', '--colour', 'red']],
    ['source', source, ['add', 'webhook', '--name', 'x']],
    ['source', source, ['go']],
    ['import', importFile, ['dogs', 'x.csv']],
    ['import', importFile, ['customers', 'does-not-exist.csv']],
    ['import', importFile, ['customers', '--force', 'x.csv']],
    ['export', exportRows, ['dogs']],
    ['export', exportRows, ['toString']],
    ['export', exportRows, ['mentions', '--since', 'lately']],
    ['backup', backup, ['--now']],
    ['restore', restore, []],
  ])('%s %#: says how it is meant, exit code 2', async (name, command, argv) => {
    const here = install()
    const ran = await here.run(command, argv)
    expect(ran.code).toBe(2)
    expect(ran.err).toContain(`usage: earshot ${name}`)
    expect(ran.out).toBe('')
  })
})

describe('export', () => {
  it('leaves out what the terms of a platform keep in, and says so', async () => {
    const plain = install()
    const policy = { identityLink: 'forbidden', exportable: false }
    const manifest = {
      id: 'closed',
      name: 'Closed',
      kind: 'social',
      policy,
      limits: [],
      interval: { default: 60, min: 60 },
    }
    const schema = '{ safeParse() {} }'
    const connector = `{ manifest: ${JSON.stringify(manifest)}, config: ${schema}, cursor: ${schema}, check() {}, poll() {} }`
    const here = install({ EARSHOT_CONNECTORS: plain.file('closed.mjs', `export default ${connector}`) })
    await here.run(importFile, ['mentions', here.file('m.jsonl', mentionFile)])
    expect(lines((await here.run(exportRows, ['mentions'])).out)).toHaveLength(2)
    const db = new Database(join(here.config.EARSHOT_DATA, 'earshot.db'))
    db.prepare(`update mentions set platform = ? where external_id = 'm2'`).run('closed')
    db.close()
    const ran = await here.run(exportRows, ['mentions'])
    expect(lines(ran.out).map((row) => row['externalId'])).toEqual(['m1'])
    expect(ran.err).toContain('Left out: mentions of closed (1 mention)')
  })
})

describe('backup and restore', () => {
  const quiet = () => new Writable({ write: (_chunk, _encoding, done) => done() })

  /** A database with one reply in every state. */
  async function withReplies(file: string, states: ReplyState[]) {
    const store = openSqlite(file)
    const world = createWorld(store)
    await addSource(world)
    const [heard] = await hear(world, [makeMention({ externalId: 'root' })])
    const [mention] = await store.read.db.select().from(store.read.t.mentions)
    for (const state of states)
      await store.write(async (tx) => {
        await tx.db.insert(tx.t.replies).values({
          id: `reply-${state}`,
          threadSeq: heard?.threadSeq ?? 0,
          mentionSeq: mention?.seq ?? 0,
          sourceId: 'source-1',
          actor: 'person',
          text: `text ${state}`,
          state,
          createdAt: 1,
          updatedAt: 1,
        })
        await tx.db
          .insert(tx.t.jobs)
          .values({ kind: 'deliver', key: `reply-${state}`, payload: {}, runAt: 1, createdAt: 1 })
      })
    await store.close()
  }

  it('brings everything back but sends nothing twice', async () => {
    const here = install()
    await migrate(here.config, quiet())
    const file = join(here.config.EARSHOT_DATA, 'earshot.db')
    const states: ReplyState[] = [
      'draft',
      'pending_approval',
      'scheduled',
      'queued',
      'sending',
      'sent',
      'rejected',
      'unknown',
      'needs_person',
      'cancelled',
    ]
    await withReplies(file, states)
    const copied = await here.run(backup, [])
    expect(copied.code).toBe(0)
    const copy = copied.out.trim()
    expect(statSync(copy).mode & 0o077).toBe(0)
    const before = new Database(file)
    before.exec(
      `delete from jobs; delete from replies; insert into users (id, email, name, role, created_at) values ('u', 'late@x.example', 'Late', 'owner', 1)`,
    )
    before.close()
    const ran = await here.run(restore, [copy])
    expect(ran).toMatchObject({ code: 0, err: expect.stringContaining('4 replies on the way may have gone out since') })
    const db = new Database(file, { readonly: true })
    const rows = db.prepare('select id, state, text, error from replies order by id').all() as {
      id: string
      state: string
      text: string
      error: string | null
    }[]
    expect(Object.fromEntries(rows.map(({ id, state }) => [id.slice(6), state]))).toEqual({
      ...Object.fromEntries(states.map((state) => [state, state])),
      scheduled: 'needs_person',
      queued: 'needs_person',
      sending: 'needs_person',
      unknown: 'needs_person',
    })
    expect(rows.filter(({ error }) => error?.includes('may have gone out'))).toHaveLength(5)
    expect(rows.every(({ id, text }) => text === `text ${id.slice(6)}`)).toBe(true)
    expect(db.prepare(`select count(*) as n from jobs where kind = 'deliver'`).get()).toEqual({ n: 0 })
    db.close()
    const kept = readdirSync(join(here.config.EARSHOT_DATA, 'backups')).find((name) =>
      name.startsWith('earshot-before-restore'),
    )
    const present = new Database(join(here.config.EARSHOT_DATA, 'backups', kept ?? ''), { readonly: true })
    expect(present.prepare('select email from users').all()).toEqual([{ email: 'late@x.example' }])
    present.close()
  })

  it('refuses what is no sound backup and leaves the database alone', async () => {
    const here = install()
    await migrate(here.config, quiet())
    const file = join(here.config.EARSHOT_DATA, 'earshot.db')
    const good = (await here.run(backup, [join(here.folder, 'good.db')])).out.trim()
    const bytes = readFileSync(good)
    const half = here.file('half.db', '')
    writeFileSync(half, bytes.subarray(0, Math.floor(bytes.length / 2)))
    const other = new Database(join(here.folder, 'other.db'))
    other.exec('create table x (y)')
    other.close()
    const newer = new Database(good)
    newer.exec('update __drizzle_migrations set created_at = created_at + 100000000000')
    newer.close()
    const present = readFileSync(file)
    for (const [path, why] of [
      [join(here.folder, 'missing.db'), 'does not exist'],
      [here.folder, 'no SQLite database'],
      [here.file('text.db', 'hello'), 'no SQLite database'],
      [half, 'is damaged'],
      [join(here.folder, 'other.db'), 'no database of Earshot'],
      [good, 'newer release'],
    ] as const) {
      const ran = await here.run(restore, [path])
      expect(ran.code).toBe(1)
      expect(ran.err).toContain(why)
      expect(ran.err).toContain('Nothing was changed')
    }
    expect(readFileSync(file).equals(present)).toBe(true)
  })

  it('refuses while somebody has the database open', async () => {
    const here = install()
    await migrate(here.config, quiet())
    const copy = (await here.run(backup, [])).out.trim()
    const server = openSqlite(join(here.config.EARSHOT_DATA, 'earshot.db'))
    await expect(here.run(restore, [copy])).rejects.toThrow(/Stop the server/)
    await server.close()
    expect(await here.run(restore, [copy])).toMatchObject({ code: 0 })
  })

  it('writes a backup under its name only when it is complete', async () => {
    const here = install()
    expect(await here.run(backup, [])).toMatchObject({ code: 1, err: expect.stringContaining('no database yet') })
    await migrate(here.config, quiet())
    const taken = here.file('taken.db', 'mine')
    await expect(here.run(backup, [taken])).rejects.toThrow(/exists already/)
    expect(readFileSync(taken, 'utf8')).toBe('mine')
    expect(existsSync(`${taken}.part`)).toBe(false)
  })
})

describe('doctor', () => {
  it('is content with a fresh installation and changes nothing', async () => {
    const here = install()
    const before = await here.run(doctorOf, [])
    expect(before).toMatchObject({ code: 0, out: expect.stringContaining('no database yet') })
    expect(existsSync(here.config.EARSHOT_DATA)).toBe(false)
    await here.run(importFile, ['mentions', here.file('m.jsonl', mentionFile)])
    const after = await here.run(doctorOf, [])
    expect(after.out).toContain('is sound')
    expect(after).toMatchObject({ code: 0, out: expect.stringContaining('Everything is in order.') })
  })

  it('names each trouble with what to do', async () => {
    const here = install()
    await here.run(source, ['add', 'webhook', '--name', 'Zapier', '--secret', '-'], 'a secret of twenty-odd characters')
    const db = new Database(join(here.config.EARSHOT_DATA, 'earshot.db'))
    const error = JSON.stringify({ kind: 'auth', message: 'The password was changed.', at: 1 })
    db.prepare(`update sources set state = 'needs_auth', last_error = ?`).run(error)
    db.prepare(`insert into jobs (kind, key, payload, run_at, created_at) values ('deliver', 'r1', '{}', 1, 1)`).run()
    db.close()
    writeFileSync(join(here.config.EARSHOT_DATA, 'secret'), 'another secret than before\n')
    const { code, out } = await here.run(doctorOf, [])
    expect(code).toBe(1)
    expect(out).toMatch(/problem {2}Zapier .* is needs_auth: The password was changed\.\n +-> Open it under Sources/)
    expect(out).toMatch(/problem {2}A job waits: deliver r1.*\n +-> Start the server/)
    expect(out).toMatch(/problem {2}Credentials that do not open: Zapier\n +-> Put the former EARSHOT_SECRET/)
    expect(out).toContain('3 problems.')
  })

  it('says so when the database is damaged', async () => {
    const here = install()
    await here.run(importFile, ['mentions', here.file('m.jsonl', mentionFile)])
    const file = join(here.config.EARSHOT_DATA, 'earshot.db')
    const bytes = readFileSync(file)
    bytes.fill(7, 8192, 40_960)
    writeFileSync(file, bytes)
    const { code, out } = await here.run(doctorOf, [])
    expect(code).toBe(1)
    expect(out).toMatch(/is damaged[^]*earshot restore FILE/)
  })
})
