import type { ComposerModel } from '../../../views/parts/Composer.tsx'
import type { Connector, ReplyTarget } from '../../connector/contract.ts'
import { may } from '../../domain/permissions.ts'
import { countTightest } from '../../domain/replyLength.ts'
import { polledStates } from '../../domain/source.ts'
import { sentences } from '../../i18n/web.ts'
import type { Source } from '../../store/sources.ts'
import type { LoadedThread } from '../../store/thread.ts'
import type { Tables } from '../../store/tables/all.ts'
import { viewerOf, type Ctx, type Web } from '../web.ts'
import { replyLimits } from './replyLimits.ts'

type Mention = Tables['mentions']['$inferSelect']
type Author = Tables['authors']['$inferSelect']

/** What the composer is about: the author's newest item that is still there. */
export function focusOf(thread: LoadedThread): LoadedThread['mentions'][number] | undefined {
  const own = thread.mentions.filter(
    (one) => one.mention.threadSeq === thread.thread.seq && one.mention.deletedAt === null,
  )
  return own.at(-1)
}

export interface ComposerExtra {
  /** The text of a refused sending, kept. */
  draft?: string
  errors?: Record<string, string>
  conflict?: { by: string; at: number; text: string }
}

export async function composerModel(c: Ctx, thread: LoadedThread, extra: ComposerExtra = {}): Promise<ComposerModel> {
  const web = c.get('web')
  const focus = focusOf(thread)
  const network = thread.thread.platform
  const openUrl = focus?.mention.url ?? thread.author.url ?? ''
  const closed = (reason: string): ComposerModel => ({ canReply: false, network, reason, openUrl })
  if (!may(viewerOf(c).user.role, 'reply')) return closed(sentences.roleMayNotReply)
  if (!focus) return closed(sentences.nothingToAnswer)
  const allowed = await mayAnswer(web, thread.source, focus.mention, focus.author)
  if (!allowed.ok) return { canReply: false, network, reason: allowed.reason, openUrl: allowed.openUrl || openUrl }
  const draft = extra.draft ?? thread.draft?.text ?? ''
  return {
    canReply: true,
    network,
    account: thread.source.name,
    to: { mentionId: focus.mention.id, handle: focus.author.handle },
    replyId: web.newId(),
    limits: allowed.limits,
    count: countTightest(draft, allowed.limits),
    draft,
    draftSavedAt: thread.draft?.updatedAt,
    price: allowed.price,
    replaces: allowed.replaces || undefined,
    errors: extra.errors,
    conflict: extra.conflict,
  }
}

type Allowed =
  | { ok: true; limits: Awaited<ReturnType<typeof replyLimits>>; price?: string | undefined; replaces: boolean }
  | { ok: false; reason: string; openUrl: string }

/** Asked when the composer is shown and again when the reply is sent: the connector knows its platform's rules. */
export async function mayAnswer(web: Web, source: Source, mention: Mention, author: Author): Promise<Allowed> {
  const openUrl = mention.url ?? ''
  const manifest = web.registry.manifest(source.connector)
  const refuse = (reason: string): Allowed => ({ ok: false, reason, openUrl })
  if (!manifest?.reply) return refuse(sentences.cannotReply(manifest?.name ?? source.connector))
  if (!polledStates.includes(source.state)) return refuse(sentences.sourceResting(source.name))
  const connector: Connector = await web.registry.get(source.connector)
  if (!connector.reply) return refuse(sentences.cannotReply(manifest.name))
  const answer = connector.canReply?.(targetOf(mention, author)) ?? { ok: true as const }
  if (!answer.ok) return { ok: false, reason: answer.reason, openUrl: answer.openUrl }
  return {
    ok: true,
    limits: await replyLimits(web, source, connector),
    price: answer.price ?? manifest.reply.price,
    replaces: manifest.reply.oneOnly === true && mention.review?.ownerReply !== undefined,
  }
}

function targetOf(mention: Mention, author: Author): ReplyTarget {
  return {
    externalId: mention.externalId,
    ...(mention.uri ? { uri: mention.uri } : {}),
    ...(mention.url ? { url: mention.url } : {}),
    kind: mention.kind,
    ...(mention.parentExternalId ? { parentId: mention.parentExternalId } : {}),
    rootId: mention.rootExternalId,
    authorHandle: author.handle,
    authorExternalId: author.externalId,
    ...(mention.visibility ? { visibility: mention.visibility as NonNullable<ReplyTarget['visibility']> } : {}), // as the connector gave it
    data: mention.replyTo ?? {},
    createdAt: mention.createdAt,
  }
}
