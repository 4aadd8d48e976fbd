/** Who may do what: one table for pages, API and commands. */
export const permissions = {
  /** Look at everything but the secrets. */
  read: ['owner', 'admin', 'agent', 'viewer'],
  /** Own profile, sessions, keys, drafts and theme. */
  self: ['owner', 'admin', 'agent', 'viewer'],
  /** Speak in the company's name. */
  reply: ['owner', 'admin', 'agent'],
  /** State, assignee, tags, notes, classification of a thread. */
  triage: ['owner', 'admin', 'agent'],
  /** Create, edit, link and import customers. */
  customers: ['owner', 'admin', 'agent'],
  sources: ['owner', 'admin'],
  queries: ['owner', 'admin'],
  settings: ['owner', 'admin'],
  team: ['owner', 'admin'],
  audit: ['owner', 'admin'],
} as const satisfies Record<string, readonly Role[]>

export type Permission = keyof typeof permissions
export type Role = 'owner' | 'admin' | 'agent' | 'viewer'

export function may(role: Role, permission: Permission): boolean {
  return (permissions[permission] as readonly Role[]).includes(role)
}

/**
 * An owner may change anybody, an admin everybody but owners, and nobody may hand out more than he has. The last owner
 * is kept by the store.
 */
export function mayManage(actor: Role, target: Role, next: Role): boolean {
  if (actor === 'owner') return true
  return actor === 'admin' && target !== 'owner' && next !== 'owner'
}
