import { TaughtTagPage, TaughtTagsPage, type TaughtTagModel } from '../../../views/pages/TaughtTags.tsx'
import { urls } from '../../../views/urls.ts'
import { may } from '../../domain/permissions.ts'
import { tagModes } from '../../store/tables/tagModels.ts'
import {
  countDecisions,
  decideSuggestion,
  findTaughtTag,
  listTagVersions,
  listTaughtTags,
  openSuggestions,
  queueTagWork,
  saveTagUse,
} from '../../store/tagModels.ts'
import { findThreadSeq } from '../../store/thread.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { goTo, respond, viewOf } from '../respond.tsx'
import { setFlash } from '../shell.ts'
import { idOf, respondChanged } from '../threads/showThread.tsx'
import { viewerOf, type Ctx } from '../web.ts'

const mostSuggestions = 30
const excerptLength = 300

export async function showTaughtTags(c: Ctx): Promise<Response> {
  const rows = await listTaughtTags(c.get('web').store.read)
  const tags = rows.map(({ id, name, threads, open, model }) => {
    // Trained but never put in force, or trained in vain: off.
    const mode = model && (model.version === null ? ('off' as const) : model.mode)
    return { id, name, threads, open, mode: mode ?? undefined }
  })
  const title = viewOf(c).t.understanding.tabs.tags
  return respond(c, { title, section: 'understanding', page: () => <TaughtTagsPage model={{ tags }} /> })
}

export async function showTaughtTag(c: Ctx): Promise<Response> {
  const { read } = c.get('web').store
  const found = await findTaughtTag(read, idOf(c))
  if (!found) return c.notFound()
  const { role } = viewerOf(c).user
  const versions = await listTagVersions(read, found.id)
  const { model: use } = found
  const model: TaughtTagModel = {
    id: found.id,
    name: found.name,
    threads: (await listTaughtTags(read)).find((one) => one.id === found.id)?.threads ?? 0,
    canTeach: may(role, 'settings'),
    canDecide: may(role, 'triage'),
    few: use?.problem === 'few',
    decisions: await countDecisions(read, found.id, versions[0]?.createdAt ?? 0),
    use: use ? { mode: use.mode, threshold: use.threshold, version: use.version ?? undefined } : undefined,
    versions: versions.map(({ version, report, createdAt, userName }) => ({
      version,
      report,
      at: createdAt,
      by: userName ?? undefined,
    })),
    suggestions: (await openSuggestions(read, found.id, mostSuggestions)).map((one) => ({
      threadId: one.threadId,
      network: one.platform,
      author: one.author ?? one.handle,
      at: one.at,
      text: (one.title ? `${one.title}. ${one.text}` : one.text).slice(0, excerptLength).toWellFormed(),
      score: one.score,
      because: one.because,
    })),
  }
  return respond(c, { title: found.name, section: 'understanding', page: () => <TaughtTagPage model={model} /> })
}

export async function trainTag(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const found = await findTaughtTag(store.read, idOf(c))
  if (!found) return c.notFound()
  await store.write((tx) => queueTagWork(tx, actOf(c), found.id, 'train'))
  setFlash(c, 'tagTraining')
  return goTo(c, urls.taughtTag(found.id))
}

export async function saveUse(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const form = await readForm(c)
  const mode = tagModes.find((one) => one === form.text('mode'))
  const threshold = Number(form.text('threshold'))
  const version = /^\d{1,6}$/.test(form.text('version')) ? Number(form.text('version')) : 0
  if (!mode || !(threshold >= 0.5 && threshold < 1)) return c.notFound()
  const id = idOf(c)
  const saved = await store.write(async (tx) => {
    const done = await saveTagUse(tx, actOf(c), id, { mode, threshold, version })
    if (done && mode === 'suggest') await queueTagWork(tx, actOf(c), id, 'try')
    return done
  })
  if (!saved) return c.notFound()
  setFlash(c, 'tagUseSaved')
  return goTo(c, urls.taughtTag(id))
}

/** A suggestion is taken or refused, on the thread or in the list of the tag. */
export async function decideTag(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const form = await readForm(c)
  const seq = await findThreadSeq(store.read, idOf(c))
  const decision = (['accepted', 'rejected'] as const).find((one) => one === form.text('decision'))
  const tag = await findTaughtTag(store.read, form.text('tag'))
  if (seq === undefined || !decision || !tag) return c.notFound()
  await store.write((tx) => decideSuggestion(tx, actOf(c), seq, tag.id, decision))
  return form.text('back') === 'tag' ? goTo(c, urls.taughtTag(tag.id)) : respondChanged(c, idOf(c))
}
