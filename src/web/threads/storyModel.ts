import type { StoryLink, StoryModel } from '../../../views/parts/StoryNote.tsx'
import { may } from '../../domain/permissions.ts'
import {
  countCopies,
  findSharedMention,
  loadStoryThreads,
  originalThread,
  type StoryThread,
} from '../../store/story.ts'
import type { LoadedThread } from '../../store/thread.ts'
import { viewerOf, type Ctx } from '../web.ts'

const shownCopies = 8

export async function storyModel(c: Ctx, { thread, mentions }: LoadedThread): Promise<StoryModel> {
  const { read } = c.get('web').store
  const newest = mentions.findLast((one) => one.mention.threadSeq === thread.seq)?.mention
  const [copies, copyCount] = [
    await loadStoryThreads(read, thread.seq, shownCopies),
    await countCopies(read, thread.seq),
  ]
  const deniedOf = newest?.classification?.notCopyOf
  const shared = newest?.shares?.as === 'quote' ? await findSharedMention(read, newest, newest.shares.id) : undefined
  return {
    mentionId: newest?.id ?? '',
    original: linkOf(await originalThread(read, newest?.copyOf ?? undefined), thread.id),
    denied: linkOf(await originalThread(read, deniedOf), thread.id),
    quotes: linkOf(await originalThread(read, shared), thread.id),
    copies: copies.flatMap((one) => linkOf(one, thread.id) ?? []),
    copyCount,
    canDecide: may(viewerOf(c).user.role, 'triage'),
  }
}

/** A thread is no story of itself: its author may repeat what he said. */
function linkOf(one: StoryThread | undefined, self: string): StoryLink | undefined {
  if (!one || one.threadId === self) return undefined
  const { threadId, authorName, authorHandle, network, source, createdAt } = one
  return { threadId, author: authorName || authorHandle, network, source, createdAt }
}
