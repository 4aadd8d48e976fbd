import { Hono, type Context } from 'hono'
import { findVisitor, identifyVisitor } from '../../store/identify.ts'
import type { Act } from '../../store/threadActions.ts'
import { storeTouchpoint } from '../../store/touchpoints.ts'
import type { Tx } from '../../store/store.ts'
import { readJson, refuse } from '../api/api.ts'
import { authenticateBasic, authorise, createRateCap } from '../api/authenticate.ts'
import { ApiProblem } from '../api/problem.ts'
import { addressOf, type Ctx, type Env, type Web } from '../web.ts'
import {
  fieldsOf,
  identitiesOf,
  segmentEvent,
  segmentTypes,
  touchpointOf,
  visitorOf,
  type SegmentEvent,
} from './segmentEvent.ts'

/** Requests of one key in a minute; libraries send in batches. */
const perMinute = 3000
const mostEvents = 500
const needs = { scopes: ['ingest:write'], permission: 'customers' } as const

/**
 * `POST /v1/identify|track|page|screen|group|alias|batch`: the tracking protocol that the libraries of Segment speak. The
 * write key is an API key with the scope ingest:write, sent as the user name of HTTP Basic as they do.
 */
export function createSegment(web: Web): Hono<Env> {
  const app = new Hono<Env>().basePath('/v1')
  const cap = createRateCap(perMinute)
  app.use('*', async (c, next) => {
    c.set('web', web)
    return next()
  })
  for (const type of segmentTypes) app.post(`/${type}`, (c) => receive(c, (body) => [{ ...asObject(body), type }]))
  app.post('/batch', (c) => receive(c, eventsOf))
  app.onError((error, c) => refuse(web, error, c))

  async function receive(c: Ctx, split: (body: unknown) => unknown[]): Promise<Response> {
    const { token, user } = await authenticateBasic(web, c.req.header('Authorization'))
    const now = web.clock.now()
    cap.take(token.id, now)
    authorise(needs, token, user)
    const events = split(await readJson(c as Context))
    const act = { userId: user.id, now, ip: addressOf(c), newId: web.newId }
    return c.json({ success: true, ...(await storeEvents(web, act, events)) })
  }
  return app
}

function asObject(body: unknown): Record<string, unknown> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>
  throw new ApiProblem('invalid', 'The body is no JSON object. Nothing was stored.', 'See the tracking protocol.')
}

/** What the batch says once holds for each of its events. */
function eventsOf(body: unknown): unknown[] {
  const { batch, context, sentAt } = asObject(body)
  if (!Array.isArray(batch) || batch.length > mostEvents)
    throw new ApiProblem('invalid', `"batch" must be a list of at most ${mostEvents} events.`, 'Send smaller batches.')
  return batch.map((event: unknown) =>
    typeof event === 'object' && event !== null ? { context, sentAt, ...event } : event,
  )
}

interface Counts {
  stored: number
  /** Known already, or of a browser that nobody has signed in with. */
  ignored: number
  invalid: number
}

/** One transaction: a batch that is sent again finds all of it or nothing. */
async function storeEvents(web: Web, act: Act, events: unknown[]): Promise<Counts> {
  const counts: Counts = { stored: 0, ignored: 0, invalid: 0 }
  const readable = events.flatMap((event) => {
    const parsed = segmentEvent.safeParse(event)
    if (!parsed.success) counts.invalid++
    return parsed.success ? [parsed.data] : []
  })
  const stored = await web.store.write(async (tx) => {
    let n = 0
    for (const event of readable) if (await storeEvent(tx, act, event)) n++
    return n
  })
  return { ...counts, stored, ignored: readable.length - stored }
}

async function storeEvent(tx: Tx, act: Act, event: SegmentEvent): Promise<boolean> {
  const visitor = visitorOf(event)
  const touchpoint = touchpointOf(event, act.now)
  const known = await findVisitor(tx, visitor)
  // A browser that nobody has signed in with is no known customer.
  if (known === undefined && !visitor.userId && !visitor.email) return false
  const isAbout = touchpoint === undefined || known === undefined
  const seq = isAbout ? await identifyVisitor(tx, act, visitor, fieldsOf(event), identitiesOf(event)) : known
  return touchpoint === undefined || (await storeTouchpoint(tx, act, seq, touchpoint)).created
}
