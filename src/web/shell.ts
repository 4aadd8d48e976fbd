import { getCookie, setCookie } from 'hono/cookie'
import type { Flash, Section, ShellModel } from '../../views/model.ts'
import { builtInFilter, countViews, type InboxFilter } from '../store/inbox.ts'
import { loadWorkspace } from '../store/settings.ts'
import { loadSourceHealth } from '../store/sources.ts'
import { flashes, type FlashKey } from '../i18n/web.ts'
import { isSecure, viewerOf, type Ctx, type Web } from './web.ts'

/** The frame around a page: three small reads. */
export async function loadShell(c: Ctx, section: Section): Promise<ShellModel> {
  const web = c.get('web')
  const { user } = viewerOf(c)
  const { read } = web.store
  const workspace = await loadWorkspace(read)
  const waiting = await countWaiting(c)
  return {
    workspace: workspace.name,
    user: { id: user.id, name: user.name },
    section,
    inboxCount: waiting,
    health: await loadSourceHealth(read),
    flash: takeFlash(c),
    theme: user.theme,
    demo: web.config.demo,
    search: section === 'inbox' ? (c.req.query('q') ?? '') : '',
    lastEventId: web.bus.lastId(),
  }
}

/** Threads that wait for an answer: the badge of the inbox. */
export async function countWaiting(c: Ctx): Promise<number> {
  const unanswered = { ...builtInFilter('unanswered', viewerOf(c).user.id), fold: true }
  const [waiting = 0] = await countCached(c.get('web'), 'badge', [unanswered])
  return waiting
}

interface Counted {
  /** The last commit and the minute. */
  at: string
  counts: Promise<number[]>
}
const counted = new WeakMap<Web, Map<string, Counted>>()
const mostCounted = 200

/** Counts change with commits, and those of deadlines with time: kept until there was one, at most for a minute. */
export function countCached(web: Web, key: string, filters: readonly InboxFilter[]): Promise<number[]> {
  const kept = counted.get(web) ?? new Map<string, Counted>()
  counted.set(web, kept)
  const found = kept.get(key)
  const at = `${web.bus.lastId()} ${Math.floor(web.clock.now() / 60_000)}`
  if (found?.at === at) return found.counts
  if (kept.size >= mostCounted) kept.clear()
  const counts = countViews(web.store.read, filters)
  // A failure is not worth keeping: the next page tries again.
  counts.catch(() => kept.delete(key))
  kept.set(key, { at, counts })
  return counts
}

const flashCookie = 'earshot_flash'

/** Said on the next page; only sentences of the catalogue travel, by name. */
export function setFlash(c: Ctx, key: FlashKey): void {
  setCookie(c, flashCookie, key, { path: '/', httpOnly: true, sameSite: 'Lax', secure: isSecure(c), maxAge: 60 })
}

function takeFlash(c: Ctx): Flash[] {
  const key = getCookie(c, flashCookie)
  if (!key) return []
  setCookie(c, flashCookie, '', { path: '/', httpOnly: true, sameSite: 'Lax', secure: isSecure(c), maxAge: 0 })
  return Object.hasOwn(flashes, key) ? [flashes[key as FlashKey]] : []
}
