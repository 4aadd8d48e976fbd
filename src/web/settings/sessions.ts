import type { ProfileModel } from '../../../views/pages/Settings.tsx'
import { urls } from '../../../views/urls.ts'
import { sentences } from '../../i18n/web.ts'
import { appendAudit } from '../../store/audit.ts'
import { deleteSessionByPrefix, listSessions } from '../../store/users.ts'
import { actOf } from '../act.ts'
import { goTo } from '../respond.tsx'
import { idleMs } from '../session/session.ts'
import { setFlash } from '../shell.ts'
import { viewerOf, type Ctx } from '../web.ts'

/** The stored id is the hash of a cookie; pages carry only so much of it as tells one's own sessions apart. */
const shownLength = 16

/** Where the viewer is signed in, the present browser first. */
export async function sessionModels(c: Ctx): Promise<ProfileModel['sessions']> {
  const { store, clock } = c.get('web')
  const { user, session } = viewerOf(c)
  const now = clock.now()
  const sessions = await listSessions(store.read, user.id, now)
  return sessions
    .filter((one) => one.lastSeenAt + idleMs >= now)
    .map((one) => ({
      id: one.id.slice(0, shownLength),
      device: describeAgent(one.userAgent),
      ip: one.ip,
      seenAt: one.lastSeenAt,
      createdAt: one.createdAt,
      current: one.id === session.id,
    }))
    .toSorted((a, b) => Number(b.current) - Number(a.current))
}

export async function endSession(c: Ctx): Promise<Response> {
  const { now, ip, userId } = actOf(c)
  const id = c.req.param('id') ?? ''
  if (id.length !== shownLength) return c.notFound()
  const ended = await c.get('web').store.write(async (tx) => {
    if (!(await deleteSessionByPrefix(tx, userId, id))) return false
    await appendAudit(tx, { at: now, actor: userId, action: 'user.end_session', object: `user:${userId}`, ip })
    return true
  })
  if (!ended) return c.notFound()
  setFlash(c, 'sessionEnded')
  return goTo(c, urls.settingsProfile())
}

const browsers = [
  ['Firefox/', 'Firefox'],
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const
const systems = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS', 'macOS'],
  ['CrOS', 'ChromeOS'],
  ['Linux', 'Linux'],
] as const

/** "Firefox, Linux": enough to recognise one's own. */
export function describeAgent(userAgent: string): string {
  const named = (list: readonly (readonly [string, string])[]) => list.find(([sign]) => userAgent.includes(sign))?.[1]
  const parts = [named(browsers), named(systems)].filter((part) => part !== undefined)
  return parts.length > 0 ? parts.join(', ') : userAgent.slice(0, 40) || sentences.unknownBrowser
}
