import { ExclusionPage, RelevancePage } from '../../../views/pages/Relevance.tsx'
import { urls } from '../../../views/urls.ts'
import { may } from '../../domain/permissions.ts'
import { automation } from '../../i18n/automation.ts'
import { listening } from '../../i18n/listening.ts'
import { sentences } from '../../i18n/web.ts'
import { parseQuery } from '../../query/parse.ts'
import { suggestExclusions } from '../../query/suggestExclusions.ts'
import { findExclusionList, listExclusionLists, updateExclusionList } from '../../store/exclusionLists.ts'
import { documentOf } from '../../store/matchDocument.ts'
import { findQuery, updateQuery, type ListeningQuery } from '../../store/queries.ts'
import { restoreMatches } from '../../store/rejections.ts'
import { findMention } from '../../store/thread.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { goTo, respond } from '../respond.tsx'
import { setFlash } from '../shell.ts'
import { viewerOf, type Ctx } from '../web.ts'
import { addTerm, effectOf, loadJudged, withoutTerm } from './effect.ts'

const mostListed = 50

export async function showRelevance(c: Ctx): Promise<Response> {
  const { read } = c.get('web').store
  const query = await queryOf(c)
  if (!query) return c.notFound()
  const { marked, rejected, kept } = await loadJudged(read, query.seq)
  const model = {
    query: { id: query.id, name: query.name },
    mayJudge: may(viewerOf(c).user.role, 'triage'),
    suggestions: suggestExclusions(query.settings, rejected.map(documentOf), kept.map(documentOf)),
    rejected: marked.slice(0, mostListed).map(({ mention, author, thread, rejectedAt, userName, ruleName }) => ({
      mentionId: mention.id,
      threadId: thread.id,
      author: author.name ?? author.handle,
      excerpt: [...(mention.title ?? mention.text)].slice(0, 200).join(''),
      by: userName ?? (ruleName === null ? sentences.somebody : automation.byRule(ruleName)),
      at: rejectedAt,
    })),
  }
  return respond(c, { title: listening.notRelevant, section: 'queries', page: () => <RelevancePage model={model} /> })
}

/** POST mention[] (ids): relevant after all. */
export async function restoreSome(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const query = await queryOf(c)
  if (!query) return c.notFound()
  const mentionSeqs: number[] = []
  for (const id of (await readForm(c)).all('mention').slice(0, mostListed)) {
    const found = await findMention(store.read, id)
    if (found) mentionSeqs.push(found.mention.seq)
  }
  const count = await store.write((tx) => restoreMatches(tx, actOf(c), { mentionSeqs, querySeq: query.seq }))
  if (count > 0) setFlash(c, 'restored')
  return goTo(c, urls.queryRelevance(query.id))
}

/** GET add=text. What cannot be read leads back: suggestions always can. */
export async function showExclusion(c: Ctx): Promise<Response> {
  const { read } = c.get('web').store
  const query = await queryOf(c)
  if (!query) return c.notFound()
  const effect = await effectOf(c.get('web'), query, c.req.query('add') ?? '')
  if (!effect) return goTo(c, urls.queryRelevance(query.id))
  const lists = await listExclusionLists(read)
  const model = {
    ...effect,
    canEdit: may(viewerOf(c).user.role, 'queries'),
    lists: lists.map(({ id, name }) => ({ value: id, label: listening.listOption(name) })),
  }
  const title = listening.effectTitle(effect.text)
  return respond(c, { title, section: 'queries', page: () => <ExclusionPage model={model} /> })
}

/** POST add=text, target=query or the id of a list. */
export async function addExclusion(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const query = await queryOf(c)
  if (!query) return c.notFound()
  const form = await readForm(c)
  const [text, target] = [form.text('add'), form.text('target')]
  if (!parseQuery(text, query.settings).ok) return goTo(c, urls.queryRelevance(query.id))
  const done = target === 'query' ? await addToQuery(c, query, text) : await addToList(c, target, text)
  if (!done) return c.notFound()
  setFlash(c, 'exclusionAdded')
  return goTo(c, target === 'query' ? urls.query(query.id) : urls.list(target))

  async function addToQuery(ctx: Ctx, { name, kind, settings, isActive, text: old, id }: ListeningQuery, term: string) {
    const fields = { name, kind, settings, isActive, text: withoutTerm(old, term) }
    return (await store.write((tx) => updateQuery(tx, actOf(ctx), id, fields))) === 'saved'
  }

  async function addToList(ctx: Ctx, id: string, term: string) {
    const list = await findExclusionList(store.read, id)
    if (!list) return false
    const fields = { name: list.name, text: addTerm(list.text, term) }
    return (await store.write((tx) => updateExclusionList(tx, actOf(ctx), id, fields))) === 'saved'
  }
}

function queryOf(c: Ctx): Promise<ListeningQuery | undefined> {
  return findQuery(c.get('web').store.read, c.req.param('id') ?? '')
}
