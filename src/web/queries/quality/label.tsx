import { LabelPanel, QueryLabelPage, type LabelModel } from '../../../../views/pages/QueryLabel.tsx'
import { urls } from '../../../../views/urls.ts'
import { labelsNeeded } from '../../../domain/proportion.ts'
import { relevanceLabels } from '../../../domain/relevance.ts'
import { excludedSpans } from '../../../query/backtest.ts'
import type { Query } from '../../../query/ast.ts'
import { prepareDocument } from '../../../query/document.ts'
import { strataOf } from '../../../query/strata.ts'
import { traceMatch } from '../../../query/trace.ts'
import { rowsOf } from '../../../store/history.ts'
import { documentOf } from '../../../store/matchDocument.ts'
import { loadDraw, undoRelevance, writeRelevance, type LoadedDraw, type SampleItem } from '../../../store/quality.ts'
import { findQuery, type ListeningQuery } from '../../../store/queries.ts'
import { queryOfVersion } from '../../../store/queryVersions.ts'
import { actOf } from '../../act.ts'
import { avatarUrl } from '../../avatar.ts'
import { readForm } from '../../forms.ts'
import { goTo, respond, respondPart } from '../../respond.tsx'
import { spansOf } from '../../spans.ts'
import { wantsPart, type Ctx } from '../../web.ts'
import { partModels, partsIn, scopeOf, type Scope } from './parts.ts'
import { wantedMargin } from './quality.tsx'

/** The next mention of a sample to be labelled. `of`: match, near, not, or the number of one part. */
export async function showLabelling(c: Ctx): Promise<Response> {
  const found = await findQuery(c.get('web').store.read, c.req.param('id') ?? '')
  if (!found) return c.notFound()
  const loaded = await loadDraw(c.get('web').store.read, found.seq, found.version)
  if (!loaded) return goTo(c, urls.queryQuality(found.id))
  const model = await modelOf(c, found, loaded, scopeOf(c.req.query('of'), loaded))
  return respond(c, { title: found.name, section: 'queries', page: () => <QueryLabelPage model={model} /> })
}

/** POST mention, version, of and label=yes|no|unsure, or undo=1. Answers the next mention. */
export async function writeLabel(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const found = await findQuery(store.read, c.req.param('id') ?? '')
  if (!found) return c.notFound()
  const form = await readForm(c)
  const version = Number(form.text('version'))
  const loaded = Number.isSafeInteger(version) ? await loadDraw(store.read, found.seq, version) : undefined
  if (!loaded) return c.notFound()
  const scope = scopeOf(form.text('of'), loaded)
  const key = { querySeq: found.seq, version }
  if (form.text('undo') !== '') {
    const among = new Set(itemsIn(scope, loaded).map((item) => item.mentionSeq))
    await store.write((tx) => undoRelevance(tx, actOf(c), key, among))
  } else {
    const item = loaded.items.find((one) => one.mentionId === form.text('mention'))
    const label = relevanceLabels.find((one) => one === form.text('label'))
    if (!item || !label) return c.notFound()
    await store.write((tx) => writeRelevance(tx, actOf(c), { ...key, mentionSeq: item.mentionSeq }, label))
  }
  const after = await loadDraw(store.read, found.seq, found.version)
  if (!wantsPart(c) || !after) return goTo(c, urls.queryLabel(found.id, { of: String(scope) }))
  const model = await modelOf(c, found, after, scope)
  return respondPart(c, <LabelPanel model={model} />)
}

/** In the order in which they are shown: the parts of a scope take turns. */
function itemsIn(scope: Scope, loaded: LoadedDraw): SampleItem[] {
  const parts = new Set(partsIn(scope, loaded))
  return loaded.items.filter((item) => parts.has(item.part)).sort((a, b) => a.position - b.position || a.part - b.part)
}

async function modelOf(c: Ctx, query: ListeningQuery, loaded: LoadedDraw, scope: Scope): Promise<LabelModel> {
  const items = itemsIn(scope, loaded)
  const next = items.find((item) => item.label === undefined && !item.isGone)
  const parts = partModels(loaded)
  const within = parts.filter((part) => partsIn(scope, loaded).includes(part.index))
  const part = next && parts[next.part]
  return {
    id: query.id,
    name: query.name,
    version: loaded.draw.version,
    query: query.text,
    of: String(scope),
    kind: within[0]?.kind ?? 'match',
    parts: within,
    done: items.filter((item) => item.label !== undefined).length,
    all: items.filter((item) => item.label !== undefined || !item.isGone).length,
    margin: wantedMargin,
    needed: within[0]?.kind === 'match' ? labelsNeeded(within[0], wantedMargin) : undefined,
    card: next && part && (await cardOf(c, query, loaded, next)),
    part,
  }
}

/** Marked is what caught it; of what a NOT throws away, the words that it excludes. */
async function cardOf(
  c: Ctx,
  query: ListeningQuery,
  { draw }: LoadedDraw,
  item: SampleItem,
): Promise<LabelModel['card']> {
  const web = c.get('web')
  const [row] = await rowsOf(web.store.read, [item.mentionSeq])
  const parsed = await queryOfVersion(web.store.read, query.seq, draw.version)
  if (!row) return undefined
  const { mention, author, thread } = row
  const prepared = prepareDocument(documentOf(row))
  const spans = parsed?.ok ? marksOf(parsed.query, draw.parts[item.part], prepared) : []
  const inField = (field: 'title' | 'text') => spans.filter((span) => span.field === field)
  return {
    mentionId: mention.id,
    threadId: thread.id,
    author: { name: author.name ?? author.handle, handle: author.handle, avatarUrl: avatarUrl(web, author.avatarUrl) },
    source: { id: mention.platform, name: mention.platform, network: mention.platform },
    at: mention.createdAt,
    title: mention.title ? spansOf(mention.title, inField('title')) : undefined,
    text: spansOf(mention.text, inField('text')),
    lang: mention.lang ?? undefined,
  }
}

function marksOf(
  query: Query,
  part: LoadedDraw['draw']['parts'][number] | undefined,
  prepared: ReturnType<typeof prepareDocument>,
) {
  if (part?.kind === 'not') return excludedSpans(query, prepared)
  const stratum = strataOf(query).find(({ change, term }) => change === part?.change && term === part.term)
  return traceMatch(stratum?.query ?? query, prepared) ?? []
}
