import type { Catalogue } from '../../i18n/en.ts'
import type { EventItem, EventKind, MentionItem, NoteItem, ThreadItem } from '../../../views/parts/Conversation.tsx'
import type { OriginModel } from '../../../views/parts/Origin.tsx'
import type { ReplyDecision, ReplyItemModel } from '../../../views/parts/ReplyItem.tsx'
import type { ReplyState } from '../../domain/reply.ts'
import type { ThreadState } from '../../domain/thread.ts'
import type { Urgency } from '../../domain/classification.ts'
import { automation } from '../../i18n/automation.ts'
import { sentences } from '../../i18n/web.ts'
import type { LoadedThread } from '../../store/thread.ts'
import { avatarUrl } from '../avatar.ts'
import { spansOf } from '../spans.ts'
import type { Web } from '../web.ts'
import { classificationModel } from './classificationModel.ts'
import type { Explained } from './explainMention.ts'
import { translationModel } from './translations.ts'

interface About {
  /** User names by id. */
  of: Map<string, string>
  t: Catalogue
  explained?: Explained | undefined
  /** Of the item in focus. */
  origin?: OriginModel | undefined
  mayTriage: boolean
  locale: string
  /** Another model is set up that translates, and the viewer may ask it. */
  canTranslate: boolean
}

/** The conversation, oldest first. */
export function itemModels(
  web: Web,
  thread: LoadedThread,
  focusId: string | undefined,
  names: About,
  mayReply: boolean,
): ThreadItem[] {
  const items: (ThreadItem & { at: number })[] = [
    ...thread.mentions.map((one) => mentionItem(web, thread, one, focusId, names)),
    ...thread.replies.map((one) => replyItem(thread, one, mayReply)),
    ...thread.notes.map(({ note, userName }): NoteItem => ({
      type: 'note',
      id: note.id,
      by: userName,
      at: note.createdAt,
      text: note.text,
    })),
    ...thread.events.flatMap((one) => eventItem(one, names)),
  ]
  return items.toSorted((a, b) => a.at - b.at)
}

function mentionItem(
  web: Web,
  thread: LoadedThread,
  { mention, author }: LoadedThread['mentions'][number],
  focusId: string | undefined,
  about: About,
): MentionItem {
  const matches = thread.matches.filter((match) => match.mentionSeq === mention.seq)
  const marks = matches.flatMap((match) => match.spans.filter((span) => span.field === 'text'))
  const { review } = mention
  return {
    type: 'mention',
    id: mention.id,
    author: {
      name: author.name ?? author.handle,
      handle: author.handle,
      avatarUrl: avatarUrl(web, author.avatarUrl),
      url: author.url ?? undefined,
      isBot: author.isBot ?? undefined,
    },
    at: mention.createdAt,
    editedAt: mention.editedAt ?? undefined,
    versions: thread.versions.get(mention.seq) ?? 0,
    title: mention.title ?? undefined,
    text: spansOf(mention.text, marks, true),
    lang: mention.lang ?? mention.langDeclared ?? undefined,
    translation: translationModel(web, mention, about.locale, about.canTranslate),
    url: mention.url ?? undefined,
    deleted: mention.deletedAt !== null,
    rating: review?.rating,
    about: [review?.subject.name, review?.subject.variant, review?.version].filter(Boolean).join(' · ') || undefined,
    metrics: mention.metrics ?? {},
    media: mention.media ?? [],
    matched: matches.map(({ queryId, queryName, queryText, version, spans }) => ({
      queryId,
      queryName,
      version,
      because: [...new Set(spans.map((span) => span.term))].slice(0, 8).join(' · ') || queryText,
    })),
    rejected: thread.rejections
      .filter((one) => one.mentionSeq === mention.seq)
      .map(({ queryId, queryName, userName, ruleName }) => ({
        queryId,
        queryName,
        by: userName ?? (ruleName === null ? sentences.somebody : automation.byRule(ruleName)),
      })),
    mayJudge: about.mayTriage,
    hasKey: mention.seq === keyedSeq(thread, focusId),
    topics: thread.topics
      .filter((topic) => topic.mentionSeq === mention.seq)
      .map(({ id, name, sentiment }) => ({ id, name, sentiment })),
    classification: classificationModel(mention, {
      users: about.of,
      events: thread.events,
      canCorrect: about.mayTriage,
      explained: mention.id === focusId ? about.explained : undefined,
    }),
    origin: mention.id === focusId ? about.origin : undefined,
    focus: mention.id === focusId,
  }
}

/** The mention that the key for "not relevant" is about. */
function keyedSeq(thread: LoadedThread, focusId: string | undefined): number | undefined {
  const judged = new Set([...thread.matches, ...thread.rejections].map((one) => one.mentionSeq))
  const caught = thread.mentions.filter(({ mention }) => judged.has(mention.seq))
  return (caught.find(({ mention }) => mention.id === focusId) ?? caught.at(-1))?.mention.seq
}

/** What a person may do about a reply in a state; the store asks again in the statement that does it. */
const decisions: Partial<Record<ReplyState, ReplyDecision[]>> = {
  pending_approval: ['edit', 'cancel'],
  scheduled: ['edit', 'cancel'],
  queued: ['edit', 'cancel'],
  rejected: ['edit', 'send_again', 'cancel'],
  unknown: ['mark_sent'],
  needs_person: ['send_again', 'mark_sent', 'edit', 'cancel'],
}

function replyItem(thread: LoadedThread, one: LoadedThread['replies'][number], mayReply: boolean): ReplyItemModel {
  const { reply, userName } = one
  return {
    type: 'reply',
    id: reply.id,
    by: reply.actor === 'external' ? undefined : (userName ?? sentences.somebody),
    account: thread.source.name,
    at: reply.createdAt,
    text: spansOf(reply.text, [], true),
    state: reply.state,
    url: reply.url ?? undefined,
    sentAt: reply.sentAt ?? undefined,
    scheduledAt: reply.scheduledAt ?? undefined,
    reason: reply.error?.message,
    attempts: reply.attempts,
    can: mayReply ? (decisions[reply.state] ?? []) : [],
  }
}

const eventKinds: Record<string, EventKind> = {
  'thread.state': 'state',
  'thread.assigned': 'assigned',
  'thread.unassigned': 'unassigned',
  'thread.tagged': 'tagged',
  'thread.untagged': 'untagged',
  'customer.linked': 'linked',
  'customer.unlinked': 'unlinked',
  'customer.rejected': 'unlinked',
  'classification.corrected': 'corrected',
  'mention.edited': 'edited',
  'mention.deleted': 'deleted',
  'clock.breached': 'breached',
  'match.rejected': 'rejected',
  'match.restored': 'restored',
  'classification.urgency': 'urgency',
}

/** Kinds that this page does not know are left out: an older page may read a newer log. */
function eventItem({ event, userName }: LoadedThread['events'][number], names: About): EventItem[] {
  const kind = eventKinds[event.kind]
  if (!kind) return []
  const rule = event.data?.['rule']
  const machine = typeof rule === 'string' ? automation.byRule(rule) : undefined
  const by = event.actor === 'customer' ? sentences.author : (userName ?? machine)
  return [{ type: 'event', id: String(event.seq), at: event.at, kind, by, value: valueOf(event.data ?? {}, names) }]
}

function valueOf(data: Record<string, unknown>, { of, t }: About): string | undefined {
  if (typeof data['to'] === 'string') return t.threadState[data['to'] as ThreadState] ?? data['to']
  if (typeof data['assigneeId'] === 'string') return of.get(data['assigneeId']) ?? data['assigneeId']
  if (typeof data['sentiment'] === 'string')
    return t.sentiment[data['sentiment'] as 'negative' | 'neutral' | 'positive'] ?? data['sentiment']
  if (typeof data['urgency'] === 'string') return automation.urgencies[data['urgency'] as Urgency] ?? data['urgency']
  const value = data['tag'] ?? data['query'] ?? data['name']
  return typeof value === 'string' ? value : undefined
}
