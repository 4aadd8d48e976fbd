import {
  CompareResult,
  QueryComparePage,
  type CompareModel,
  type DifferenceModel,
} from '../../../../views/pages/QueryCompare.tsx'
import { urls } from '../../../../views/urls.ts'
import { may } from '../../../domain/permissions.ts'
import { createBacktest, emptyTally, type Backtest, type Difference, type Tally } from '../../../query/backtest.ts'
import type { Query } from '../../../query/ast.ts'
import { dayMs } from '../../../store/clocks.ts'
import { advance, isDone, shareRead, startWalk, type HistoryRow, type Walk } from '../../../store/history.ts'
import { documentOf } from '../../../store/matchDocument.ts'
import { findQuery, findQueryVersion, type ListeningQuery } from '../../../store/queries.ts'
import { attachedLists } from '../../../store/queryExclusions.ts'
import { queryOfVersion, queryWithLists } from '../../../store/queryVersions.ts'
import { listSources } from '../../../store/sources.ts'
import { avatarUrl } from '../../avatar.ts'
import { goTo, respond, respondPart, viewOf } from '../../respond.tsx'
import { viewerOf, wantsPart, type Ctx, type Web } from '../../web.ts'
import { excerptOf } from '../excerpt.ts'
import { goOn, takeUpRun } from './runs.ts'

const shownDays = 90
const samples = 12
/** Counted before the first answer, and in each that follows. */
const firstMs = 250
const turnMs = 1_000
/** A finished comparison asked for again later speaks of a longer history. */
const freshMs = 60_000

interface Comparing {
  walk: Walk
  test: Backtest<HistoryRow>
  read: number
}

interface Sides {
  from: { version: number; query: Query }
  to: { version?: number; text: string; query: Query }
}

/**
 * What a change of a query gains and loses over everything stored: the text of the form (`query`, with `lists`) or a
 * version (`to`) against an earlier version (`from`, absent: the one in force). Each request counts a little further.
 */
export async function showCompare(c: Ctx): Promise<Response> {
  const web = c.get('web')
  const found = await findQuery(web.store.read, c.req.param('id') ?? '')
  if (!found) return c.notFound()
  const address = new URL(c.req.url)
  // The form is sent by GET with everything in it; its token does not belong into an address.
  if (address.searchParams.has('_csrf')) {
    address.searchParams.delete('_csrf')
    return goTo(c, `${address.pathname}${address.search}`)
  }
  const given = await readSides(c, found)
  if (given === undefined) return c.notFound()
  const title = found.name
  if ('error' in given) {
    const { error: message, position, suggestion, text } = given
    const error = { message, position, ...(suggestion === undefined ? {} : { suggestion }) }
    const model = { id: found.id, name: found.name, query: text, error }
    return respond(c, { title, section: 'queries', status: 422, page: () => <QueryComparePage model={model} /> })
  }
  const { from, to } = given
  const isPart = wantsPart(c)
  const run = await takeUpRun<Comparing>(
    web.store,
    `compare ${JSON.stringify([from.query, to.query])}`,
    async () => ({
      walk: await startWalk(web.store.read, [from.query, to.query]),
      test: createBacktest<HistoryRow>(from.query, to.query, { samples }),
      read: 0,
    }),
    (old) => !isPart && isDone(old.state.walk) && performance.now() - old.startedAt > freshMs,
  )
  await goOn(run, c.req.raw.signal, isPart ? turnMs : firstMs, (state, enough) =>
    advance(web.store.read, state.walk, takeInto(state), enough),
  )
  const model = await modelOf(c, found, given, run.state)
  if (isPart) return respondPart(c, <CompareResult model={model} />)
  const page = { title, section: 'queries', page: () => <QueryComparePage model={model} /> } as const
  return respond(c, model.done ? page : { ...page, refresh: 1 })
}

function takeInto(state: Comparing): (rows: HistoryRow[]) => void {
  return (rows) => {
    for (const row of rows) state.test.take(documentOf(row), row.mention.createdAt, row.thread.sourceId, row)
    state.read += rows.length
  }
}

async function readSides(c: Ctx, found: ListeningQuery) {
  const { read } = c.get('web').store
  const { query: text, from: older, to: newer, listsShown } = c.req.query()
  const fromVersion = versionOf(older, found.version)
  const from = await queryOfVersion(read, found.seq, fromVersion)
  if (!from) return undefined
  if (!from.ok) return { ...from, text: (await findQueryVersion(read, found.seq, fromVersion))?.text ?? '' }
  if (text !== undefined) {
    const attached = listsShown ? (c.req.queries('lists') ?? []) : undefined
    const lists = attached ?? (await attachedLists(read, found.seq)).map(({ id }) => id)
    const parsed = await queryWithLists(read, text, found.settings, lists)
    if (!parsed.ok) return { ...parsed, text }
    return { from: { version: fromVersion, query: from.query }, to: { text, query: parsed.query } } satisfies Sides
  }
  const toVersion = versionOf(newer, found.version)
  const to = await queryOfVersion(read, found.seq, toVersion)
  const kept = await findQueryVersion(read, found.seq, toVersion)
  if (!to || !kept) return undefined
  if (!to.ok) return { ...to, text: kept.text }
  const sides: Sides = {
    from: { version: fromVersion, query: from.query },
    to: { version: toVersion, text: kept.text, query: to.query },
  }
  return sides
}

/** 0, which no version has, where it is no number. */
function versionOf(given: string | undefined, inForce: number): number {
  if (given === undefined) return inForce
  return /^\d{1,9}$/.test(given) ? Number(given) : 0
}

async function modelOf(c: Ctx, found: ListeningQuery, sides: Sides, state: Comparing): Promise<CompareModel> {
  const web = c.get('web')
  const { from, to } = sides
  const { test, walk } = state
  const today = Math.floor(web.clock.now() / dayMs)
  const days = Array.from({ length: shownDays }, (_, i) => today - shownDays + 1 + i)
  const kept = await findQueryVersion(web.store.read, found.seq, from.version)
  const { name, active, lists } = await formOf(c, found)
  const names = new Map((await listSources(web.store.read)).map((source) => [source.id, source.name]))
  return {
    id: found.id,
    name: found.name,
    from: { version: from.version, query: kept?.text ?? '' },
    to: { version: to.version, query: to.text },
    done: isDone(walk),
    share: shareRead(walk),
    read: state.read,
    narrowed: walk.fts !== null,
    go: `${c.req.path}${new URL(c.req.url).search}`,
    days: days.map((day) => ({ day: isoDay(day), ...(test.days.get(day) ?? emptyTally()) })),
    recentDays: shownDays,
    recent: days.reduce((sum, day) => add(sum, test.days.get(day)), emptyTally()),
    total: { ...test.total },
    sources: [...test.sources]
      .map(([id, tally]) => ({ id, name: names.get(id) ?? id, ...tally }))
      .sort((a, b) => b.gained + b.lost - a.gained - a.lost),
    gained: test.gained.map((one) => differenceOf(web, one)),
    lost: test.lost.map((one) => differenceOf(web, one)),
    save:
      to.version === undefined && may(viewerOf(c).user.role, 'queries')
        ? { action: urls.query(found.id), name, query: to.text, active, lists }
        : undefined,
    edit: urls.query(found.id, to.version === undefined ? { name, query: to.text, lists, listsShown: 1 } : {}),
    chartTitle: viewOf(c).t.quality.perDay,
  }
}

/** What else the form held, to be saved with the text. */
async function formOf(c: Ctx, found: ListeningQuery) {
  const { name = found.name, listsShown, active } = c.req.query()
  const attached = await attachedLists(c.get('web').store.read, found.seq)
  return {
    name,
    active: listsShown ? active !== undefined : found.isActive,
    lists: listsShown ? (c.req.queries('lists') ?? []) : attached.map(({ id }) => id),
  }
}

function add(sum: Tally, more: Tally | undefined): Tally {
  if (!more) return sum
  return { gained: sum.gained + more.gained, lost: sum.lost + more.lost, kept: sum.kept + more.kept }
}

function isoDay(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10)
}

/** Marked is what decided: where the other query excludes it, the words that it excludes. */
function differenceOf(web: Web, { change, ref, spans, failed, excluded }: Difference<HistoryRow>): DifferenceModel {
  const { mention, author, thread } = ref
  const isExcluded = excluded.length > 0 && failed.every(({ reason }) => reason === 'excluded')
  const deciding = isExcluded ? excluded : spans
  const inText = deciding.some((span) => span.field === 'text') || !mention.title
  const marks = deciding.filter((span) => span.field === (inText ? 'text' : 'title'))
  return {
    change,
    threadId: thread.id,
    author: {
      name: author.name ?? author.handle,
      handle: author.handle,
      avatarUrl: avatarUrl(web, author.avatarUrl),
    },
    source: { id: mention.platform, name: mention.platform, network: mention.platform },
    at: mention.createdAt,
    excerpt: excerptOf(inText ? mention.text : (mention.title ?? ''), marks),
    failed: failed.map(({ term, reason }) => ({ term, reason })),
  }
}
