import { and, eq, inArray, sql } from 'drizzle-orm'
import type { IncomingMention } from '../domain/mention.ts'
import { eventRow, type IngestContext, type IngestSource } from './ingest.ts'
import { afterReply, normaliseReply, recordSent } from './outbox.ts'
import type { Tx } from './store.ts'

/**
 * Posts of our own account that a poll brought back. Ours from the outbox are recognised by id, or by parent and text
 * when the answer of the platform was lost; the others were written in the platform's own app and are credited as
 * external. What answers an item that we have not read yet waits for it.
 */
export async function attachOwnReplies(
  tx: Tx,
  source: IngestSource,
  own: IncomingMention[],
  freshIds: string[],
  context: IngestContext,
): Promise<void> {
  const waiting = await takeOrphans(tx, source, freshIds)
  for (const item of [...own, ...waiting].sort((a, b) => a.createdAt - b.createdAt)) {
    if (!item.parentId || item.deleted || (await isKnown(tx, source, item))) continue
    const parent = await findParent(tx, source, item.parentId)
    if (parent) await attach(tx, source, item, parent, context)
    else await keepOrphan(tx, source, item, item.parentId, context.now)
  }
}

interface Parent {
  seq: number
  threadSeq: number
}

async function takeOrphans(tx: Tx, source: IngestSource, freshIds: string[]): Promise<IncomingMention[]> {
  if (freshIds.length === 0) return []
  const rows = await tx.all<{ item: IncomingMention }>(
    'take orphans',
    (db, { orphanReplies }) =>
      db
        .delete(orphanReplies)
        .where(
          and(
            eq(orphanReplies.sourceId, sql.placeholder('sourceId')),
            tx.d.among(orphanReplies.parentExternalId, 'parents'),
          ),
        )
        .returning({ item: orphanReplies.item }),
    { sourceId: source.id, parents: freshIds },
  )
  return rows.map((row) => row.item)
}

async function isKnown(tx: Tx, source: IngestSource, item: IncomingMention): Promise<boolean> {
  const { replies } = tx.t
  const rows = await tx.db
    .select({ id: replies.id })
    .from(replies)
    .where(and(eq(replies.sourceId, source.id), eq(replies.externalId, item.externalId)))
    .limit(1)
  return rows.length > 0
}

async function findParent(tx: Tx, source: IngestSource, parentId: string): Promise<Parent | undefined> {
  const { mentions } = tx.t
  const [row] = await tx.db
    .select({ seq: mentions.seq, threadSeq: mentions.threadSeq })
    .from(mentions)
    .where(
      and(
        eq(mentions.platform, source.platform),
        eq(mentions.instance, source.instance),
        eq(mentions.externalId, parentId),
      ),
    )
    .limit(1)
  return row
}

async function attach(
  tx: Tx,
  source: IngestSource,
  item: IncomingMention,
  parent: Parent,
  context: IngestContext,
): Promise<void> {
  const { replies } = tx.t
  const sent = {
    externalId: item.externalId,
    ...(item.uri ? { uri: item.uri } : {}),
    ...(item.url ? { url: item.url } : {}),
    sentAt: item.createdAt,
  }
  const inDoubt = await tx.db
    .select({ id: replies.id, text: replies.text })
    .from(replies)
    .where(and(eq(replies.mentionSeq, parent.seq), inArray(replies.state, ['sending', 'unknown', 'needs_person'])))
  const ours = inDoubt.find((reply) => normaliseReply(reply.text) === normaliseReply(item.text))
  if (ours) {
    await recordSent(tx, ours.id, sent, context)
    return
  }
  const id = context.newId()
  await tx.db.insert(replies).values({
    id,
    threadSeq: parent.threadSeq,
    mentionSeq: parent.seq,
    sourceId: source.id,
    actor: 'external',
    text: item.text,
    state: 'sent',
    createdAt: item.createdAt,
    updatedAt: context.now,
    ...sent,
  })
  await tx.insert('event', 'events', [
    eventRow({
      at: item.createdAt,
      now: context.now,
      kind: 'reply.sent',
      threadSeq: parent.threadSeq,
      replyId: id,
      actor: 'external',
    }),
  ])
  await afterReply(
    tx,
    { id, threadSeq: parent.threadSeq, text: item.text, userId: null, sentAt: item.createdAt },
    context,
  )
}

async function keepOrphan(
  tx: Tx,
  source: IngestSource,
  item: IncomingMention,
  parentId: string,
  now: number,
): Promise<void> {
  const { raw: _, ...kept } = item
  await tx.insert(
    'orphan reply',
    'orphanReplies',
    [{ sourceId: source.id, externalId: item.externalId, parentExternalId: parentId, item: kept, seenAt: now }],
    (insert) => insert.onConflictDoNothing(),
  )
}
