import type { Kit } from '../kit.ts'

export const roles = ['owner', 'admin', 'agent', 'viewer'] as const
export type Role = (typeof roles)[number]

/** People of the team, their sessions, links and keys. Only hashes of secrets are stored. */
export function peopleTables(k: Kit) {
  const users = k.table(
    'users',
    {
      id: k.id('id').primaryKey(),
      email: k.text('email').notNull(),
      name: k.text('name').notNull(),
      passwordHash: k.text('password_hash'),
      role: k.text('role').$type<Role>().notNull(),
      locale: k.text('locale').notNull().default('en'),
      timeZone: k.text('time_zone').notNull().default('UTC'),
      theme: k.text('theme').$type<'system' | 'light' | 'dark'>().notNull().default('system'),
      createdAt: k.time('created_at').notNull(),
      disabledAt: k.time('disabled_at'),
    },
    (t) => [k.uniqueIndex('users_email').on(t.email)],
  )
  const sessions = k.table(
    'sessions',
    {
      /** SHA-256 of the cookie's token, hex. */
      id: k.id('id').primaryKey(),
      userId: k
        .id('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      createdAt: k.time('created_at').notNull(),
      lastSeenAt: k.time('last_seen_at').notNull(),
      expiresAt: k.time('expires_at').notNull(),
      userAgent: k.text('user_agent').notNull().default(''),
      ip: k.text('ip').notNull().default(''),
    },
    (t) => [k.index('sessions_user').on(t.userId), k.index('sessions_expiry').on(t.expiresAt)],
  )
  /** Single-use links: sign-in from the terminal, invitations. */
  const oneTimeLinks = k.table('one_time_links', {
    id: k.id('id').primaryKey(),
    kind: k.text('kind').$type<'sign_in' | 'invite' | 'setup'>().notNull(),
    userId: k.id('user_id').references(() => users.id, { onDelete: 'cascade' }),
    data: k.json<{ email?: string; role?: Role }>('data'),
    createdAt: k.time('created_at').notNull(),
    expiresAt: k.time('expires_at').notNull(),
    usedAt: k.time('used_at'),
  })
  const apiTokens = k.table(
    'api_tokens',
    {
      id: k.id('id').primaryKey(),
      userId: k
        .id('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      name: k.text('name').notNull(),
      /** First characters, to recognise it in lists. */
      prefix: k.text('prefix').notNull(),
      hash: k.text('hash').notNull(),
      scopes: k.json<string[]>('scopes').notNull(),
      createdAt: k.time('created_at').notNull(),
      lastUsedAt: k.time('last_used_at'),
      revokedAt: k.time('revoked_at'),
    },
    (t) => [k.uniqueIndex('api_tokens_hash').on(t.hash)],
  )
  /** Failed sign-ins by account and by address: growing delay, kept across restarts. */
  const throttles = k.table('throttles', {
    key: k.id('key').primaryKey(),
    failures: k.int('failures').notNull(),
    lastAt: k.time('last_at').notNull(),
    blockedUntil: k.time('blocked_until').notNull(),
  })
  return { users, sessions, oneTimeLinks, apiTokens, throttles }
}
