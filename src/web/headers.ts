import type { MiddlewareHandler } from 'hono'
import { isSecure, type Env } from './web.ts'

/** Nothing inline, nothing foreign. The same for pages, parts and errors: a part is a document to whoever opens it. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Runs around everything, so that errors and unknown addresses carry the headers too. */
export const setHeaders: MiddlewareHandler<Env> = async (c, next) => {
  await next()
  const { headers } = c.res
  headers.set('Content-Security-Policy', contentSecurityPolicy)
  headers.set('X-Content-Type-Options', 'nosniff')
  headers.set('X-Frame-Options', 'DENY')
  headers.set('Referrer-Policy', 'same-origin')
  headers.set('Cross-Origin-Opener-Policy', 'same-origin')
  headers.set('Cross-Origin-Resource-Policy', 'same-origin')
  headers.set('Permissions-Policy', 'camera=(), microphone=(), geolocation=(), payment=()')
  // Pages are somebody's: no shared cache, and none on disk after signing out.
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'private, no-store')
  headers.append('Vary', 'HX-Request, HX-Request-Type')
  if (isSecure(c)) headers.set('Strict-Transport-Security', 'max-age=31536000')
}
