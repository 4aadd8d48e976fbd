import type { MiddlewareHandler } from 'hono'
import { matchesToken } from './csrfToken.ts'
import { respondError } from './respond.tsx'
import { isHtmx, originOf, type Ctx, type Env } from './web.ts'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Two locks on everything that writes with a cookie. First: the browser says that the request comes from our own pages
 * (Origin or Sec-Fetch-Site; when it says neither, only the second lock counts). Second: a header that a foreign page
 * cannot set without asking us first (HX-Request), or the token of the session's own forms. Content types make no
 * difference: hono's csrf() lets JSON through.
 */
export const checkCsrf: MiddlewareHandler<Env> = async (c, next) => {
  if (safeMethods.has(c.req.method)) return next()
  if (isForeign(c)) return refuse(c)
  const viewer = c.get('viewer')
  if (viewer && !isHtmx(c) && !(await hasToken(c, viewer.csrf))) return refuse(c)
  return next()
}

function isForeign(c: Ctx): boolean {
  const site = c.req.header('Sec-Fetch-Site')
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true
  const origin = c.req.header('Origin')
  return origin !== undefined && origin !== originOf(c)
}

async function hasToken(c: Ctx, expected: string): Promise<boolean> {
  const given = c.req.header('X-CSRF-Token') ?? (await tokenOfForm(c))
  return typeof given === 'string' && matchesToken(given, expected)
}

async function tokenOfForm(c: Ctx): Promise<unknown> {
  const type = c.req.header('Content-Type') ?? ''
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type)) return undefined
  // hono keeps the parsed form: the handler reads the same one.
  return (await c.req.formData()).get('_csrf')
}

function refuse(c: Ctx): Promise<Response> {
  c.get('web').log.warn('request without proof of its origin refused', {
    path: c.req.path,
    origin: c.req.header('Origin'),
  })
  return respondError(c, 'stale-form', 403)
}
