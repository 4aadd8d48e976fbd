import { createHash } from 'node:crypto'
import { may } from '../../domain/permissions.ts'
import { findToken, touchToken, type ApiToken } from '../../store/tokens.ts'
import type { User } from '../../store/users.ts'
import type { Web } from '../web.ts'
import { ApiProblem } from './problem.ts'
import type { ApiRoute } from './route.ts'

const touchMs = 5 * 60_000

/** Only `Authorization: Bearer`: never a cookie, so no page of another site can ride on a session. */
export async function authenticate(web: Web, header: string | undefined): Promise<{ token: ApiToken; user: User }> {
  const secret = /^Bearer ([\w.~+/=-]{20,200})$/i.exec(header ?? '')?.[1]
  return findBySecret(web, secret)
}

/** Segment's libraries send the write key as the user name of HTTP Basic. */
export async function authenticateBasic(web: Web, header: string | undefined) {
  const encoded = /^Basic ([\w+/=-]{8,400})$/i.exec(header ?? '')?.[1]
  const [secret] = encoded ? Buffer.from(encoded, 'base64').toString().split(':') : []
  return findBySecret(web, secret)
}

async function findBySecret({ store, clock }: Web, secret: string | undefined) {
  const hash = secret && createHash('sha256').update(secret).digest('hex')
  const found = hash ? await findToken(store.read, hash) : undefined
  if (!found)
    throw new ApiProblem(
      'unauthenticated',
      'The request carries no token, or one that is unknown or revoked.',
      'Send "Authorization: Bearer TOKEN" with a token from Settings, API keys.',
    )
  const now = clock.now()
  if ((found.token.lastUsedAt ?? 0) + touchMs < now) await store.write((tx) => touchToken(tx, found.token.id, now))
  return found
}

/** Both must allow it: the token's scopes, and the role of its owner as it is today. */
export function authorise(route: Pick<ApiRoute, 'scopes' | 'permission'>, token: ApiToken, user: User): void {
  if (route.scopes.length > 0 && !route.scopes.some((scope) => token.scopes.includes(scope)))
    throw new ApiProblem(
      'forbidden',
      `The token lacks the scope ${route.scopes.join(' or ')}.`,
      'Make a token with this scope under Settings, API keys.',
    )
  if (!may(user.role, route.permission))
    throw new ApiProblem(
      'forbidden',
      `The owner of the token is ${user.role} and may not do that.`,
      'Ask an owner or admin for another role, or use the token of somebody who may.',
    )
}

export interface RateCap {
  /** Throws ApiProblem('too-many') when this token has used up its minute. */
  take(tokenId: string, now: number): void
}

/** A window of one minute per token. In memory: a restart forgives. */
export function createRateCap(perMinute: number): RateCap {
  const windows = new Map<string, { from: number; used: number }>()
  return {
    take(tokenId, now) {
      const window = windows.get(tokenId)
      if (!window || now - window.from >= 60_000) {
        if (windows.size > 10_000) windows.clear()
        windows.set(tokenId, { from: now, used: 1 })
        return
      }
      if (++window.used <= perMinute) return
      const seconds = Math.ceil((window.from + 60_000 - now) / 1000)
      throw new ApiProblem(
        'too-many',
        `This token has made its ${perMinute} requests of this minute. Nothing was done.`,
        `Go on in ${seconds} s.`,
        { retryAfter: seconds },
      )
    },
  }
}
