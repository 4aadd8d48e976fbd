import { Hono, type Context } from 'hono'
import type { z } from 'zod'
import { cleanJson } from '../../domain/cleanJson.ts'
import { addressOf, type Ctx, type Env, type Web } from '../web.ts'
import { authenticate, authorise, createRateCap, type RateCap } from './authenticate.ts'
import { readBody } from './body.ts'
import { describeApi } from './openapi.ts'
import { answerProblem, ApiProblem } from './problem.ts'
import type { ApiCall, ApiRoute } from './route.ts'
import { apiRoutes } from './routes.ts'

const maxBody = 512 * 1024

export interface ApiOptions {
  /** Requests of one token in a minute. */
  perMinute?: number
}

/** `/api/v1`: every operation of the routes, and their description. Mounted before the pages: no cookie is read here. */
export function createApi(web: Web, { perMinute = 600 }: ApiOptions = {}): Hono<Env> {
  const api = new Hono<Env>().basePath('/api/v1')
  const cap = createRateCap(perMinute)
  // Made when it is first asked for: a start need not wait for it.
  let description: string | undefined
  api.get('/openapi.json', (c) => {
    description ??= JSON.stringify(describeApi(apiRoutes, web.config.version))
    return c.body(description, 200, { 'Content-Type': 'application/json' })
  })
  api.use('*', async (c, next) => {
    c.set('web', web)
    return next()
  })
  for (const route of apiRoutes)
    api.on(route.method, route.path.replaceAll(/\{(\w+)\}/g, ':$1'), (c) => answer(web, route, cap, c))
  api.all('*', (c) => {
    const detail = `${c.req.method} ${c.req.path} is no operation of this API.`
    return answerProblem(c, new ApiProblem('not-found', detail, 'See /api/v1/openapi.json.'))
  })
  api.onError((error, c) => refuse(web, error, c))
  return api
}

async function answer(web: Web, route: ApiRoute, cap: RateCap, c: Ctx): Promise<Response> {
  const { token, user } = await authenticate(web, c.req.header('Authorization'))
  const now = web.clock.now()
  cap.take(token.id, now)
  authorise(route, token, user)
  const call: ApiCall<unknown, unknown, unknown> = {
    web,
    user,
    token,
    act: { userId: user.id, now, ip: addressOf(c), newId: web.newId },
    params: parse(route.params, cleanJson(c.req.param())),
    query: parse(route.query, cleanJson(c.req.query())),
    body: route.body ? parse(route.body, await readJson(c)) : undefined,
    header: (name) => c.req.header(name),
  }
  const { status = 200, body } = await route.handle(call as never) // parsed by the route's own schemas
  return c.json(body as object, status, { 'Cache-Control': 'no-store' })
}

export async function readJson(c: Context): Promise<unknown> {
  if (!/^application\/json\b/i.test(c.req.header('Content-Type') ?? ''))
    throw new ApiProblem(
      'unsupported-type',
      'The body is not declared as JSON.',
      'Send Content-Type: application/json.',
    )
  const bytes = await readBody(c.req.raw, maxBody)
  if (!bytes) throw tooLarge(maxBody)
  try {
    return cleanJson(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
  } catch {
    throw new ApiProblem('bad-request', 'The body is not JSON in UTF-8.', 'Check what you send.')
  }
}

export function tooLarge(bytes: number): ApiProblem {
  return new ApiProblem(
    'too-large',
    `At most ${bytes / 1024} kB in one request. Nothing was stored.`,
    'Send it in parts.',
  )
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const errors: Record<string, string> = {}
  for (const issue of parsed.error.issues) {
    const at = issue.path.join('.')
    if (issue.code !== 'unrecognized_keys') errors[at || 'body'] ??= issue.message
    else for (const key of issue.keys) errors[at ? `${at}.${key}` : key] = 'There is no such field.'
  }
  const names = Object.keys(errors).join(', ')
  throw new ApiProblem('invalid', `These values cannot be used: ${names}. Nothing was done.`, 'See `errors`.', {
    errors,
  })
}

/** Nothing of an unexpected failure leaves the house but a reference to the log. */
export function refuse(web: Web, error: Error, c: Context): Response {
  if (error instanceof ApiProblem) return answerProblem(c, withoutRetry(error), headersOf(error))
  if (isTaken(error))
    return answerProblem(
      c,
      new ApiProblem('conflict', 'Something of this name or key was stored at this moment.', 'Read it, then decide.'),
    )
  const reference = web.newId().slice(-12)
  web.log.error('API request failed', {
    reference,
    method: c.req.method,
    path: c.req.path,
    error: error.stack ?? String(error),
  })
  const detail = 'The request failed here. What it would have changed is as it was.'
  return answerProblem(
    c,
    new ApiProblem('failed', detail, 'Try again; tell the operator the reference.', { reference }),
  )
}

function headersOf({ code, more }: ApiProblem): Record<string, string> {
  if (code === 'unauthenticated') return { 'WWW-Authenticate': 'Bearer realm="earshot"' }
  return code === 'too-many' ? { 'Retry-After': String(more['retryAfter']) } : {}
}

function withoutRetry(problem: ApiProblem): ApiProblem {
  const { retryAfter: _, ...more } = problem.more
  return new ApiProblem(problem.code, problem.message, problem.remedy, more)
}

/** A unique index was faster than our check. */
function isTaken(error: unknown): boolean {
  const codes: unknown[] = ['23505', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY']
  for (let at: unknown = error; at instanceof Error; at = at.cause)
    if (codes.includes((at as { code?: unknown }).code)) return true
  return false
}
