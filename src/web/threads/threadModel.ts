import type { ThreadModel } from '../../../views/parts/ThreadPane.tsx'
import { may } from '../../domain/permissions.ts'
import { suggestionsOf } from '../../store/tagModels.ts'
import { listTags } from '../../store/tags.ts'
import { loadThread } from '../../store/thread.ts'
import { loadSetting } from '../../store/settings.ts'
import type { Reader } from '../../store/store.ts'
import { listUsers } from '../../store/users.ts'
import { clockModel } from '../clockModel.ts'
import { viewOf } from '../respond.tsx'
import { viewerOf, type Ctx } from '../web.ts'
import { composerModel, focusOf, type ComposerExtra } from './composerModel.ts'
import { customerPanel } from './customerPanel.ts'
import { explainMention } from './explainMention.ts'
import { storyModel } from './storyModel.ts'
import { itemModels } from './itemModels.ts'
import { originModel } from './originModel.ts'

/** The whole pane of one thread; undefined when there is none. */
export async function threadModel(c: Ctx, id: string, extra: ComposerExtra = {}): Promise<ThreadModel | undefined> {
  const web = c.get('web')
  const { user } = viewerOf(c)
  const loaded = await loadThread(web.store.read, id, user.id)
  if (!loaded) return undefined
  const { thread, author, source } = loaded
  const focus = focusOf(loaded) ?? loaded.mentions.at(-1)
  const people = await listUsers(web.store.read)
  const about = {
    of: new Map(people.map((one) => [one.id, one.name])),
    t: viewOf(c).t,
    locale: viewOf(c).locale,
    mayTriage: may(user.role, 'triage'),
    canTranslate: may(user.role, 'triage') && (await hasTranslator(web.store.read)),
    explained: focus && (await explainMention(web, focus.mention)),
    origin: focus && (await originModel(web.store.read, focus)),
  }
  return {
    id: thread.id,
    revision: thread.revision,
    title:
      loaded.mentions.find((one) => one.mention.threadSeq === thread.seq)?.mention.title ??
      author.name ??
      author.handle,
    source: { id: source.id, name: source.name, network: thread.platform },
    url: focus?.mention.url ?? undefined,
    state: thread.state,
    assignee: thread.assigneeId ?? undefined,
    assignees: people.filter((one) => one.disabledAt === null).map(({ id: value, name: label }) => ({ value, label })),
    tags: loaded.tags,
    suggestedTags: may(user.role, 'triage') ? await suggestionsOf(web.store.read, thread.seq) : [],
    knownTags: await listTags(web.store.read),
    snoozedUntil: thread.state === 'snoozed' ? (thread.snoozedUntil ?? undefined) : undefined,
    clock: clockModel(thread, web.clock.now()),
    items: itemModels(web, loaded, focus?.mention.id, about, may(user.role, 'reply')),
    composer: await composerModel(c, loaded, extra),
    customer: await customerPanel(web, loaded, focus?.mention.id ?? '', may(user.role, 'customers')),
    story: await storyModel(c, loaded),
    viewers: [],
    canTriage: about.mayTriage,
  }
}

/** Servers translate, a model file on this machine only labels. */
async function hasTranslator(read: Reader): Promise<boolean> {
  const setting = await loadSetting(read, 'provider')
  return setting !== undefined && setting.kind !== 'onnx'
}
