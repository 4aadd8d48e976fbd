import { and, eq, isNull } from 'drizzle-orm'
import type { Reader, Tx } from './store.ts'
import type { Tables } from './tables/all.ts'
import type { User } from './users.ts'

export type ApiToken = Tables['apiTokens']['$inferSelect']

/** The living token with this SHA-256, with its owner; undefined when it is revoked or its owner may no longer come in. */
export async function findToken(reader: Reader, hash: string): Promise<{ token: ApiToken; user: User } | undefined> {
  const { apiTokens, users } = reader.t
  const [row] = await reader.db
    .select({ token: apiTokens, user: users })
    .from(apiTokens)
    .innerJoin(users, eq(users.id, apiTokens.userId))
    .where(and(eq(apiTokens.hash, hash), isNull(apiTokens.revokedAt), isNull(users.disabledAt)))
  return row
}

export async function touchToken(tx: Tx, id: string, now: number): Promise<void> {
  const { apiTokens } = tx.t
  await tx.db.update(apiTokens).set({ lastUsedAt: now }).where(eq(apiTokens.id, id))
}
