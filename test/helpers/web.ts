import { z } from 'zod'
import { createApp, type AppOptions } from '../../src/app.ts'
import { createBus } from '../../src/bus.ts'
import type { Connector, Host, Manifest } from '../../src/connector/contract.ts'
import { defineConnector } from '../../src/connector/define.ts'
import { ConnectorError } from '../../src/connector/errors.ts'
import { createRegistry } from '../../src/connector/registry.ts'
import { createSecretBox } from '../../src/connector/secrets.ts'
import { createEgress } from '../../src/egress/egress.ts'
import { createProviders } from '../../src/providers.ts'
import type { Role } from '../../src/store/tables/people.ts'
import { insertSession } from '../../src/store/users.ts'
import { hashToken } from '../../src/web/session/session.ts'
import { createHash } from 'node:crypto'
import type { Store } from '../../src/store/store.ts'
import type { WebConfig } from '../../src/web/web.ts'
import { addUser, createWorld, type World } from './workspace.ts'

const manifest: Manifest = {
  id: 'demo',
  name: 'Test platform',
  homepage: 'https://social.example',
  kind: 'social',
  quality: 'gold',
  summary: 'A platform that answers from memory.',
  keyless: true,
  limits: [],
  interval: { default: 60, min: 1 },
  reply: { limits: [{ unit: 'graphemes', max: 100 }], readLagSeconds: 1 },
  stream: { byDefault: false, summary: 'Everything at once.', price: 'A cent a post.' },
  policy: { identityLink: 'allowed', exportable: true },
}

const config = z.object({
  word: z.string().min(2, 'At least two letters.').meta({ title: 'Word', help: 'What to look for.' }),
  token: z.string().optional().meta({ title: 'Token', help: 'From the settings of the platform.', secret: true }),
})

/** `check` takes the word for the account; the word `wrong` is refused. */
export const testConnector: Connector<z.infer<typeof config>, null> = defineConnector({
  manifest,
  config,
  cursor: z.null(),
  start: null,
  suggest: (word) => [{ name: `Posts about ${word}`, why: 'Works without an account.', missing: [], config: { word } }],
  async check(host) {
    if (host.config.word === 'wrong') throw new ConnectorError('auth', 'That token is not valid.')
    return { account: host.config.word, displayName: `Account ${host.config.word}` }
  },
  async *poll() {},
  canReply: (target) =>
    target.data['closed'] === true
      ? { ok: false, reason: 'Comments are closed.', openUrl: 'https://social.example/closed' }
      : { ok: true },
  reply: async () => ({ externalId: '1', sentAt: 0 }),
})

export interface TestWeb extends World {
  app: ReturnType<typeof createApp>
  logged: { message: string; facts?: Record<string, unknown> | undefined }[]
  /** A browser of a new person with this role, already signed in. */
  signIn(role: Role, name?: string): Promise<Browser>
  /** A browser of nobody. */
  stranger(): Browser
  close(): void
}

export interface Browser {
  userId: string
  csrf: string
  get(path: string, headers?: Record<string, string>): Promise<Response>
  /** The same with files: multipart. */
  upload(path: string, fields: Record<string, string | File>): Promise<Response>
  /** A form of our own page: cookie, origin and token, unless `headers` say otherwise. */
  post(path: string, fields?: Record<string, string | string[]>, headers?: Record<string, string>): Promise<Response>
  cookies: Map<string, string>
}

export const origin = 'http://localhost'

export function createTestWeb(store: Store, change: Partial<WebConfig> = {}, more: Partial<AppOptions> = {}): TestWeb {
  const world = createWorld(store)
  const logged: TestWeb['logged'] = []
  const keep = (message: string, facts?: Record<string, unknown>) => void logged.push({ message, facts })
  const bus = createBus({ store, now: world.clock.now })
  const egress = createEgress({ allowPrivate: ['127.0.0.1'], userAgent: 'test' })
  const app = createApp({
    store,
    bus,
    registry: createRegistry([{ id: 'demo', manifest, load: async () => ({ default: testConnector as Connector }) }]),
    clock: world.clock,
    log: { info: keep, warn: keep, error: keep },
    newId: world.newId,
    hostFor: async (_connector, values) => ({ config: config.parse(values) }) as Host,
    seal: async (secrets) => `sealed:${Buffer.from(JSON.stringify(secrets)).toString('base64')}`,
    unseal: async (sealed) => JSON.parse(Buffer.from(sealed.slice(7), 'base64').toString()) as Record<string, unknown>,
    providers: createProviders(store, egress, createSecretBox(['a secret of sixteen'])),
    config: { loopback: true, demo: false, secret: 'test secret', version: '0.0.0', ...change },
    ...more,
  })
  const web: TestWeb = {
    ...world,
    app,
    logged,
    stranger: () => createBrowser(app, '', new Map()),
    async signIn(role, name = role) {
      const userId = await addUser(world, role, name)
      const token = `token of ${userId}`.padEnd(43, '.')
      const now = world.clock.now()
      const session = { id: hashToken(token), userId, createdAt: now, lastSeenAt: now, expiresAt: now + 86_400_000 }
      await store.write((tx) => insertSession(tx, { ...session, userAgent: '', ip: '' }))
      return createBrowser(app, userId, new Map([['earshot', token]]))
    },
    close: () => bus.close(),
  }
  return web
}

function createBrowser(app: TestWeb['app'], userId: string, cookies: Map<string, string>): Browser {
  const csrf = () =>
    createHash('sha256')
      .update(`csrf ${cookies.get('earshot')}`)
      .digest('base64url')
  async function request(path: string, init: RequestInit & { headers: Record<string, string> }): Promise<Response> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('; ')
    const headers = cookie ? { Cookie: cookie, ...init.headers } : init.headers
    const response = await app.request(`${origin}${path}`, { ...init, headers })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '' || /max-age=0/i.test(line)) cookies.delete(name)
      else cookies.set(name, decodeURIComponent(value))
    }
    return response
  }
  return {
    userId,
    cookies,
    get csrf() {
      return csrf()
    },
    get: (path, headers = {}) => request(path, { headers }),
    upload(path, fields) {
      const body = new FormData()
      body.set('_csrf', csrf())
      for (const [name, value] of Object.entries(fields)) body.set(name, value)
      return request(path, { method: 'POST', body, headers: { Origin: origin } })
    },
    post(path, fields = {}, headers = {}) {
      const body = new URLSearchParams(cookies.has('earshot') ? { _csrf: csrf() } : {})
      for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) body.append(name, one)
      const form = { 'Content-Type': 'application/x-www-form-urlencoded', Origin: origin }
      return request(path, { method: 'POST', body: body.toString(), headers: { ...form, ...headers } })
    },
  }
}

/** Headers of htmx when it swaps a part. */
export const htmx = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' }
