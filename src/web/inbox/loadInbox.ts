import type { InboxModel, SavedView } from '../../../views/pages/Inbox.tsx'
import { builtInViews } from '../../../views/pages/Inbox.tsx'
import type { InboxFilters } from '../../../views/parts/FilterBar.tsx'
import { urls } from '../../../views/urls.ts'
import { may } from '../../domain/permissions.ts'
import {
  builtInFilter,
  countCap,
  countInbox,
  listLanguages,
  listSavedViews,
  loadInboxPage,
  loadTroubledThreads,
  type InboxFilter,
} from '../../store/inbox.ts'
import { loadWorkspace, targetMsOf } from '../../store/settings.ts'
import { listSources, type Source } from '../../store/sources.ts'
import type { Reader } from '../../store/store.ts'
import { storyThreadSeqs } from '../../store/story.ts'
import { findThreadSeq } from '../../store/thread.ts'
import { listGroups } from '../../store/queryGroups.ts'
import { listQueries } from '../../store/queries.ts'
import { listTags } from '../../store/tags.ts'
import { listTopics } from '../../store/topics.ts'
import { listAssignees } from '../../store/users.ts'
import { countCached } from '../shell.ts'
import { viewerOf, type Ctx } from '../web.ts'
import { filterOf, firstViews, listedViews, readCursor, riskUntil, savedFilter, writeCursor } from './filters.ts'
import { rowModel } from './rowModel.ts'
import { searchInbox } from './searchInbox.ts'

/** The model of the list; the caller adds the open thread. */
export async function loadInbox(c: Ctx, given: InboxFilters): Promise<InboxModel> {
  const web = c.get('web')
  const { read } = web.store
  const me = viewerOf(c).user.id
  const { views, baseOf, countOf } = await loadViews(c)
  const filters = { ...given, view: given.view ?? (given.q ? 'all' : firstView(countOf)) }
  const asked = await withStory(read, filterOf(filters, baseOf(filters.view), me), filters.story)
  const searched = await searchInbox(read, asked, filters.q)
  const page = await loadInboxPage(read, searched.filter, readCursor(filters))
  const count = page.prev || page.next ? await countInbox(read, searched.filter, countCap + 1) : page.rows.length
  const sources = await listSources(read)
  const clean = { ...filters, before: undefined, after: undefined }
  return {
    views,
    filters,
    options: await loadOptions(c, sources),
    mayJudge: may(viewerOf(c).user.role, 'triage'),
    ...(searched.error ? { queryError: searched.error } : {}),
    rows: page.rows.map((row) => rowModel(web, row, me)),
    total: { count: Math.min(count, countCap), exact: count <= countCap },
    pager: {
      prev: page.prev && urls.inbox({ ...clean, ...writeCursor(page.prev) }),
      next: page.next && urls.inbox({ ...clean, ...writeCursor(page.next) }),
    },
    empty: whyEmpty(sources, filters, countOf('all')),
    incomplete: incompleteOf(sources),
  }
}

/** A story is the original and all that is folded under it. */
async function withStory(read: Reader, filter: InboxFilter, story: string | undefined): Promise<InboxFilter> {
  const seq = story === undefined ? undefined : await findThreadSeq(read, story)
  return seq === undefined ? filter : { ...filter, only: await storyThreadSeqs(read, seq, countCap) }
}

/** The views beside the list with their counts, and what each of them shows. */
export async function loadViews(c: Ctx) {
  const web = c.get('web')
  const { read } = web.store
  const me = viewerOf(c).user.id
  const riskyUntil = riskUntil(web.clock.now(), targetMsOf(await loadWorkspace(read)))
  const saved = await listSavedViews(read, me)
  const troubled = await loadTroubledThreads(read)
  const baseOf = (view: string): InboxFilter => {
    const own = saved.find((one) => one.id === view)
    if (own) return savedFilter(own.filter, me, riskyUntil)
    if (view === 'attention') return { only: troubled }
    return { ...builtInFilter(view, me, riskyUntil), fold: true }
  }
  const ids = [...listedViews, ...saved.map((one) => one.id)]
  const counts = await countCached(web, `views ${me}`, ids.map(baseOf))
  const countOf = (view: string) => counts[ids.indexOf(view)] ?? 0
  return { views: ids.map((id) => viewModel(id, countOf(id), saved)), baseOf, countOf }
}

/** The next thing to do: what is at risk, else what waits, else what is open. */
function firstView(countOf: (view: string) => number): string {
  return firstViews.find((view) => countOf(view) > 0) ?? firstViews[2]
}

function viewModel(id: string, count: number, saved: { id: string; name: string }[]): SavedView {
  const name = saved.find((one) => one.id === id)?.name
  if (name !== undefined) return { id, name, count: Math.min(count, countCap) }
  return {
    id,
    builtIn: id as keyof typeof builtInViews,
    count: Math.min(count, countCap),
    urgent: id === 'risk' || id === 'attention',
  }
}

async function loadOptions(c: Ctx, sources: Source[]): Promise<InboxModel['options']> {
  const { read } = c.get('web').store
  const names = new Intl.DisplayNames([viewerOf(c).user.locale], { type: 'language', fallback: 'code' })
  return {
    assignees: (await listAssignees(read)).map(({ id, name }) => ({ value: id, label: name })),
    sources: sources.map(({ id, name }) => ({ value: id, label: name })),
    queries: (await listQueries(read)).map(({ id, name }) => ({ value: id, label: name })),
    groups: (await listGroups(read)).map(({ id, name }) => ({ value: id, label: name })),
    tags: (await listTags(read)).map((name) => ({ value: name, label: name })),
    topics: (await listTopics(read)).map(({ name }) => ({ value: name, label: name })),
    languages: (await listLanguages(read)).map((code) => ({ value: code, label: nameLanguage(names, code) })),
  }
}

function nameLanguage(names: Intl.DisplayNames, code: string): string {
  try {
    return names.of(code) ?? code
  } catch {
    return code // not a code that the platform knows: shown as it is
  }
}

function whyEmpty(sources: Source[], filters: InboxFilters, all: number): InboxModel['empty'] {
  if (sources.length === 0 && all === 0) return 'no-source'
  if (all === 0) return 'nothing-yet'
  const narrowed = Object.entries(filters).some(
    ([key, value]) => value !== undefined && key !== 'view' && key !== 'sort' && key !== 'select',
  )
  return narrowed ? 'no-match' : 'done'
}

function incompleteOf(sources: Source[]): InboxModel['incomplete'] {
  const deaf = sources.filter(({ state }) => state === 'failing' || state === 'needs_auth').map(({ name }) => name)
  return deaf.length > 0 ? { sources: deaf } : undefined
}
