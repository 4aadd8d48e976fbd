import type { MiddlewareHandler } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { createHash, randomBytes } from 'node:crypto'
import { deleteSession, findSession, insertSession, touchSession, type User } from '../../store/users.ts'
import type { Tx } from '../../store/store.ts'
import { csrfTokenOf } from '../csrfToken.ts'
import { addressOf, isSecure, type Ctx, type Env } from '../web.ts'

const dayMs = 86_400_000
/** However busy, a session ends after this. */
export const absoluteMs = 30 * dayMs
export const idleMs = 7 * dayMs
/** "Last seen" is written no more often than this: reading pages stays free of writes. */
const touchMs = 5 * 60_000

/** 256 random bits; only the SHA-256 is stored, so a copy of the database opens nothing. */
export function makeToken(): string {
  return randomBytes(32).toString('base64url')
}

export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

export const readSession: MiddlewareHandler<Env> = async (c, next) => {
  const token = getCookie(c, cookieName(c))
  if (token) await recognise(c, token)
  return next()
}

async function recognise(c: Ctx, token: string): Promise<void> {
  const { store, clock } = c.get('web')
  const now = clock.now()
  const found = await findSession(store.read, hashToken(token), now)
  if (!found || found.session.lastSeenAt + idleMs < now) return
  c.set('viewer', { user: found.user, session: found.session, csrf: csrfTokenOf(token) })
  if (found.session.lastSeenAt + touchMs < now) await store.write((tx) => touchSession(tx, found.session.id, now))
}

/** A new session for every sign-in; the one that the browser came with ends, so that a planted one is worthless. */
export async function startSession(c: Ctx, tx: Tx, user: User): Promise<string> {
  const now = c.get('web').clock.now()
  const token = makeToken()
  const before = c.get('viewer')?.session.id
  if (before) await deleteSession(tx, before)
  await insertSession(tx, {
    id: hashToken(token),
    userId: user.id,
    createdAt: now,
    lastSeenAt: now,
    expiresAt: now + absoluteMs,
    userAgent: (c.req.header('User-Agent') ?? '').slice(0, 300),
    ip: addressOf(c),
  })
  return token
}

/** After the commit: the cookie of a session that was rolled back would only confuse. */
export function setSessionCookie(c: Ctx, token: string): void {
  setCookie(c, cookieName(c), token, {
    path: '/',
    httpOnly: true,
    sameSite: 'Lax',
    secure: isSecure(c),
    maxAge: absoluteMs / 1000,
  })
}

export function clearSessionCookie(c: Ctx): void {
  deleteCookie(c, cookieName(c), { path: '/', secure: isSecure(c) })
}

/** Browsers drop `__Host-` cookies on plain http, where a small team on its own network may live. */
function cookieName(c: Ctx): string {
  return isSecure(c) ? '__Host-earshot' : 'earshot'
}
