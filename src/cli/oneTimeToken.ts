import { createHash, randomBytes } from 'node:crypto'
import { urls } from '../../views/urls.ts'
import type { Runtime } from '../runtime.ts'
import { insertOneTimeLink, type OneTimeLink } from '../store/users.ts'

type Where = Pick<Runtime, 'store' | 'clock'>

/** A token that works once. Only its SHA-256 is kept. */
export async function oneTimeToken(
  runtime: Where,
  kind: OneTimeLink['kind'],
  userId: string | null,
  minutes: number,
): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  const now = runtime.clock.now()
  const id = createHash('sha256').update(token).digest('hex')
  const link = { id, kind, userId, data: null, createdAt: now, expiresAt: now + minutes * 60_000 }
  await runtime.store.write((tx) => insertOneTimeLink(tx, link))
  return token
}

/** The path of a link that signs in once. */
export async function signInPath(runtime: Where, userId: string, minutes: number): Promise<string> {
  return urls.signInLink(await oneTimeToken(runtime, 'sign_in', userId, minutes))
}
