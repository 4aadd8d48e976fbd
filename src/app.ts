import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { compress } from 'hono/compress'
import { createBus, type Bus } from './bus.ts'
import { createApi } from './web/api/api.ts'
import { createHooks } from './web/hooks/hooks.ts'
import { createSegment } from './web/hooks/segment.ts'
import { checkCsrf } from './web/csrf.ts'
import { guard } from './web/guard.ts'
import { setHeaders } from './web/headers.ts'
import { respondError } from './web/respond.tsx'
import { largeBodies, routes } from './web/routes.ts'
import { readSession } from './web/session/session.ts'
import { noteStart } from './web/status/showStatus.tsx'
import type { Ctx, Env, Web } from './web/web.ts'

export type AppOptions = Omit<Web, 'bus'> & { bus?: Bus }

const kilobyte = 1024
const smallBody = 512 * kilobyte
const largeBody = 32 * 1024 * kilobyte

/** The whole web side as one function from requests to answers. No side effects: main opens the port. */
export function createApp(options: AppOptions): Hono<Env> {
  const web: Web = {
    ...options,
    bus: options.bus ?? createBus({ store: options.store, now: () => options.clock.now() }),
  }
  noteStart(web)
  const app = new Hono<Env>()
  app.use('*', async (c, next) => {
    c.set('web', web)
    return next()
  })
  app.use('*', compress())
  app.use('*', setHeaders)
  // Before everything that knows sessions: programs come with tokens and signatures, never with a cookie.
  app.route('/', createApi(web))
  app.route('/', createHooks(web))
  app.route('/', createSegment(web))
  app.use('*', async (c, next) => limitBody(c)(c, next))
  app.use('*', readSession)
  app.use('*', checkCsrf)
  for (const route of routes) app.on(route.method, route.path, guard(route.needs), route.handler)
  app.notFound((c) => respondError(c, 'not-found', 404))
  app.onError((error, c) => reportError(error, c))
  return app
}

function limitBody(c: Ctx) {
  const maxSize = largeBodies.has(c.req.path) || c.req.path.endsWith('/upload') ? largeBody : smallBody
  return bodyLimit({ maxSize, onError: (context) => respondError(context as Ctx, 'too-large', 413) })
}

function reportError(error: Error, c: Ctx): Promise<Response> {
  const { log, newId } = c.get('web')
  const reference = newId().slice(-12)
  log.error('request failed', {
    reference,
    method: c.req.method,
    path: c.req.path,
    error: error.stack ?? String(error),
  })
  return respondError(c, 'failed', 500, reference)
}
