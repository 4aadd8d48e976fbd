import { Hono, type Context } from 'hono'
import type { Connector, Host, Page, WebhookRequest } from '../../connector/contract.ts'
import { isConnectorError } from '../../connector/errors.ts'
import { createRedactor } from '../../connector/redact.ts'
import { ingestPage } from '../../store/ingest.ts'
import { addQuarantine } from '../../store/polling.ts'
import { loadWorkspace, storingRules } from '../../store/settings.ts'
import { findSource, type Source } from '../../store/sources.ts'
import { refuse, tooLarge } from '../api/api.ts'
import { readBody } from '../api/body.ts'
import { answerProblem, ApiProblem } from '../api/problem.ts'
import type { Web } from '../web.ts'

/** What a signature is computed over must be read whole; more is no delivery. */
export const maxDelivery = 1024 * 1024

/** `POST /hooks/:sourceId`: the connector checks the signature before it believes anything. */
export function createHooks(web: Web): Hono {
  const hooks = new Hono()
  hooks.post('/hooks/:sourceId', (c) => receive(web, c))
  hooks.all('/hooks/*', (c) => answerProblem(c, unknown()))
  hooks.onError((error, c) => refuse(web, error, c))
  return hooks
}

/** The same answer for every address that takes no deliveries: ids cannot be tried out. */
function unknown(): ApiProblem {
  return new ApiProblem('not-found', 'Nothing takes deliveries here.', 'Copy the address from the page of the source.')
}

async function receive(web: Web, c: Context): Promise<Response> {
  const source = await findSource(web.store.read, c.req.param('sourceId') ?? '')
  if (!source || source.state === 'gone' || !web.registry.has(source.connector)) throw unknown()
  const connector = await web.registry.get(source.connector)
  if (!connector.webhook) throw unknown()
  const body = await readBody(c.req.raw, maxDelivery)
  if (!body) throw tooLarge(maxDelivery)
  const request = { method: c.req.method, url: new URL(c.req.url), headers: c.req.raw.headers, body }
  const { page, bad } = await ask(web, source, connector, request)
  if (source.state === 'paused')
    throw new ApiProblem('conflict', 'The source is paused. Nothing was stored.', 'Resume it, then send this again.')
  const stored = await store(web, source, connector, page, bad)
  return c.json(stored, 202)
}

interface BadRecord {
  raw: string
  error: string
}

/** Only the connector's own words for a bad body leave the house; everything else is a constant sentence. */
async function ask(web: Web, source: Source, connector: Connector, request: WebhookRequest) {
  const secrets = source.secrets ? await web.unseal(source.secrets, source.id) : {}
  const redact = createRedactor(Object.values(secrets).filter((value) => typeof value === 'string'))
  const bad: BadRecord[] = []
  const host: Host = await web.hostFor(source.connector, { ...source.config, ...secrets }, source.id)
  // Kept in the transaction of the page, so that a delivery that is sent again is not set aside twice.
  const quarantine: Host['quarantine'] = (raw, error) =>
    void bad.push({ raw: textOf(redact(raw)), error: textOf(redact(error instanceof Error ? error.message : error)) })
  try {
    // The method is there: the caller has looked.
    const page = await connector.webhook?.({ ...host, quarantine }, request)
    if (!page) throw unknown()
    return { page, bad }
  } catch (error) {
    if (!isConnectorError(error)) throw error
    web.log.warn('delivery refused', { source: source.id, kind: error.kind })
    if (error.kind === 'auth')
      throw new ApiProblem(
        'unauthenticated',
        'The signature of this delivery does not hold.',
        'Sign with the secret of the source.',
      )
    if (error.kind === 'rejected')
      throw new ApiProblem(
        'invalid',
        redact(error.message),
        'Correct the delivery; sending it again as it is changes nothing.',
      )
    throw error
  }
}

async function store(web: Web, source: Source, connector: Connector, page: Page<unknown>, bad: BadRecord[]) {
  const rules = storingRules(await loadWorkspace(web.store.read))
  const now = web.clock.now()
  const { manifest } = connector
  const target = {
    id: source.id,
    platform: manifest.platform ?? manifest.id,
    instance: connector.instance?.(source.config) ?? '',
    connectedAt: source.connectedAt,
    settings: source.settings,
  }
  const context = { now, newId: web.newId, ...rules }
  const { added, changed } = await web.store.write(async (tx) => {
    await addQuarantine(
      tx,
      bad.map((record) => ({ ...record, id: web.newId(), sourceId: source.id, createdAt: now })),
    )
    // A delivery has no place in the order that polls walk: their cursor stays.
    return ingestPage(tx, target, { items: page.items }, context)
  })
  const known = page.items.length - added.length - changed.length
  return { added: added.length, changed: changed.length, known, setAside: bad.length }
}

function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return text.slice(0, 200_000).replaceAll('\u0000', '').toWellFormed()
}
