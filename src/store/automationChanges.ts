import { and, eq, inArray } from 'drizzle-orm'
import type { AutomationChange, AutomationTarget } from '../domain/automation.ts'
import type { MatchDocument } from '../query/document.ts'
import { rejectMatches, restoreMatches } from './rejections.ts'
import { loadViewDocuments } from './search.ts'
import type { Reader, Tx } from './store.ts'
import { assignThread, changeThreadState, recordAct, setThreadTags, type Act } from './threadActions.ts'

export interface FoundTarget {
  target: AutomationTarget
  document: MatchDocument
}

/** Mentions as rules see them, oldest first. What is ours or was deleted is left out. */
export async function loadTargets(reader: Reader, mentionSeqs: number[]): Promise<FoundTarget[]> {
  const found = (await loadViewDocuments(reader, mentionSeqs)).filter(
    ({ mention }) => !mention.isOwn && mention.deletedAt === null,
  )
  if (found.length === 0) return []
  const { matches, threadTags, tags } = reader.t
  const threadSeqs = [...new Set(found.map(({ mention }) => mention.threadSeq))]
  const caught = await reader.db
    .select({ mentionSeq: matches.mentionSeq, querySeq: matches.querySeq })
    .from(matches)
    .where(inArray(matches.mentionSeq, mentionSeqs))
  const tagged = await reader.db
    .select({ threadSeq: threadTags.threadSeq, name: tags.name })
    .from(threadTags)
    .innerJoin(tags, eq(tags.id, threadTags.tagId))
    .where(inArray(threadTags.threadSeq, threadSeqs))
  const threads = new Map<number, AutomationTarget['thread']>()
  for (const { mention, thread } of found) {
    const seq = mention.threadSeq
    const names = tagged.filter((row) => row.threadSeq === seq).map((row) => row.name)
    threads.set(seq, { seq, state: thread.state, assigneeId: thread.assigneeId, tags: new Set(names) })
  }
  return found
    .toSorted((a, b) => a.mention.seq - b.mention.seq)
    .flatMap(({ mention, document }) => {
      const thread = threads.get(mention.threadSeq)
      if (!thread) return []
      const target = {
        mentionSeq: mention.seq,
        urgency: mention.urgency,
        isUrgencyHuman: mention.classification?.human?.urgency !== undefined,
        querySeqs: caught.filter((row) => row.mentionSeq === mention.seq).map((row) => row.querySeq),
        thread,
      }
      return [{ target, document }]
    })
}

/** Where a change is made. */
export interface Place {
  mentionSeq: number
  threadSeq: number
}

/** Makes a planned change; the log of the thread says which rule did it. */
export async function makeChange(tx: Tx, act: Act, place: Place, change: AutomationChange): Promise<void> {
  const { mentionSeq, threadSeq } = place
  switch (change.type) {
    case 'tag':
      return setThreadTags(tx, act, threadSeq, [...(await tagsOf(tx, threadSeq)), change.tag])
    case 'assign':
      return void (await assignThread(tx, act, threadSeq, change.userId))
    case 'state':
      return void (await changeThreadState(tx, act, threadSeq, { state: change.state, reason: act.rule?.name }))
    case 'urgency':
      return setUrgency(tx, act, place, change.urgency, act.userId)
    case 'irrelevant':
      for (const querySeq of change.querySeqs) await rejectMatches(tx, act, { mentionSeqs: [mentionSeq], querySeq })
  }
}

/** Takes a change back where it is still as the rule left it; what people changed since stays. True: it was taken back. */
export async function undoChange(tx: Tx, act: Act, place: Place, change: AutomationChange): Promise<boolean> {
  const { mentionSeq, threadSeq } = place
  const { threads, mentions } = tx.t
  const [thread] = await tx.db.select().from(threads).where(eq(threads.seq, threadSeq))
  const [mention] = await tx.db.select().from(mentions).where(eq(mentions.seq, mentionSeq))
  if (!thread || !mention) return false
  switch (change.type) {
    case 'tag': {
      const names = await tagsOf(tx, threadSeq)
      if (!names.includes(change.tag)) return false
      await setThreadTags(
        tx,
        act,
        threadSeq,
        names.filter((name) => name !== change.tag),
      )
      return true
    }
    case 'assign':
      return thread.assigneeId === change.userId && assignThread(tx, act, threadSeq, null)
    case 'state': {
      // A snooze would have no end any more.
      const state = change.was === 'snoozed' ? 'open' : change.was
      return thread.state === change.state && changeThreadState(tx, act, threadSeq, { state, reason: act.rule?.name })
    }
    case 'urgency':
      if (mention.classification?.human?.urgency !== act.userId) return false
      await setUrgency(tx, act, place, change.was, undefined)
      return true
    case 'irrelevant': {
      const ours = await rejectedBy(tx, mentionSeq, act.userId)
      const querySeqs = change.querySeqs.filter((seq) => ours.includes(seq))
      for (const querySeq of querySeqs) await restoreMatches(tx, act, { mentionSeqs: [mentionSeq], querySeq })
      return querySeqs.length > 0
    }
  }
}

async function tagsOf(tx: Tx, threadSeq: number): Promise<string[]> {
  const { threadTags, tags } = tx.t
  const rows = await tx.db
    .select({ name: tags.name })
    .from(threadTags)
    .innerJoin(tags, eq(tags.id, threadTags.tagId))
    .where(eq(threadTags.threadSeq, threadSeq))
  return rows.map((row) => row.name)
}

async function rejectedBy(tx: Tx, mentionSeq: number, by: string): Promise<number[]> {
  const { rejections } = tx.t
  const rows = await tx.db
    .select({ querySeq: rejections.querySeq })
    .from(rejections)
    .where(and(eq(rejections.mentionSeq, mentionSeq), eq(rejections.rejectedBy, by)))
  return rows.map((row) => row.querySeq)
}

/** Marked as set by the rule, so that no model writes over it; `by` absent: a model may again. */
async function setUrgency(
  tx: Tx,
  act: Act,
  { mentionSeq, threadSeq }: Place,
  urgency: AutomationTarget['urgency'],
  by: string | undefined,
): Promise<void> {
  const { mentions, threads } = tx.t
  const [mention] = await tx.db.select().from(mentions).where(eq(mentions.seq, mentionSeq))
  if (!mention) return
  const { human, ...rest } = mention.classification ?? {}
  const { urgency: _urgency, ...others } = human ?? {}
  const standing = by === undefined ? others : { ...others, urgency: by }
  const classification = Object.keys(standing).length === 0 ? rest : { ...rest, human: standing }
  await tx.db.update(mentions).set({ urgency, classification }).where(eq(mentions.seq, mentionSeq))
  // The thread shows its newest mention's labels.
  await tx.db
    .update(threads)
    .set({ urgency })
    .where(and(eq(threads.seq, threadSeq), eq(threads.lastMentionSeq, mentionSeq)))
  const data = { urgency, was: mention.urgency }
  await recordAct(tx, act, { threadSeq, mentionSeq, kind: 'classification.urgency', data, reason: 'state' })
}
