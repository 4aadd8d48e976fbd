import type { MiddlewareHandler } from 'hono'
import { urls, withQuery } from '../../views/urls.ts'
import { may, type Permission } from '../domain/permissions.ts'
import { goTo, respondError } from './respond.tsx'
import { isHtmx, type Env } from './web.ts'

/** `anyone`: also without a session. */
export type Needs = Permission | 'anyone'

/** Stands before every handler: who may not is answered here, so a handler cannot forget to ask. */
export function guard(needs: Needs): MiddlewareHandler<Env> {
  return async (c, next) => {
    if (needs === 'anyone') return next()
    const viewer = c.get('viewer')
    if (viewer && may(viewer.user.role, needs)) return next()
    if (viewer) return respondError(c, 'forbidden', 403)
    if (c.req.header('Accept')?.includes('text/event-stream')) return c.body(null, 401)
    const path = c.req.method === 'GET' && !isHtmx(c) ? c.req.path : undefined
    return goTo(c, withQuery(urls.signIn(), { next: path === '/' ? undefined : path }))
  }
}
