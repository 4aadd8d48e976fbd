import { createHash, randomBytes } from 'node:crypto'
import type { Runtime } from '../runtime.ts'
import { insertOneTimeLink } from '../store/users.ts'

/** A link that signs in once. Only the SHA-256 of its token is kept. */
export async function signInPath(
  runtime: Pick<Runtime, 'store' | 'clock'>,
  userId: string,
  minutes: number,
): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  const now = runtime.clock.now()
  const id = createHash('sha256').update(token).digest('hex')
  const link = { id, kind: 'sign_in' as const, userId, data: null, createdAt: now, expiresAt: now + minutes * 60_000 }
  await runtime.store.write((tx) => insertOneTimeLink(tx, link))
  return `/sign-in/link/${token}`
}
