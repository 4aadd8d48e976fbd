import { createHash } from 'node:crypto'
import type { Scope } from '../../src/domain/scopes.ts'
import { insertToken } from '../../src/store/users.ts'
import type { World } from './workspace.ts'

/** A living API token of this person. */
export async function addToken(world: World, userId: string, scopes: readonly Scope[]): Promise<string> {
  const id = world.newId()
  const token = `ear_${createHash('sha256').update(`token ${id}`).digest('base64url')}`
  const hash = createHash('sha256').update(token).digest('hex')
  const row = { id, userId, name: 'test', prefix: token.slice(0, 10), hash, scopes: [...scopes] }
  await world.store.write((tx) => insertToken(tx, { ...row, createdAt: world.clock.at }))
  return token
}
