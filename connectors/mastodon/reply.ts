import { z } from 'zod'
import type { OutgoingReply, SentReply } from '../../src/connector/contract.ts'
import { ConnectorError } from '../../src/connector/errors.ts'
import { plainText } from '../../src/connector/plainText.ts'
import { postStatus, readMe, readOwnStatuses, type MastodonHost } from './api.ts'
import { parseAccount, parseStatus, type Status } from './map.ts'

const target = z.object({
  visibility: z.string().optional(),
  spoiler: z.string().optional(),
  language: z.string().optional(),
})
/** Clocks of servers differ: a reply may look a little older than the click that made it. */
const skewMs = 10 * 60_000
const maxPages = 5

/** Throws ConnectorError: `rejected` with the server's words (too long, post gone), `temporary` when the outcome is unknown. */
export async function sendReply(host: MastodonHost, reply: OutgoingReply): Promise<SentReply> {
  if (!host.config.token)
    throw new ConnectorError('rejected', 'This source has no access token. Add one to reply; the text is kept.', {
      notSent: true,
    })
  const { visibility, spoiler, language } = target.parse(reply.target.data)
  const posted = await postStatus(
    host,
    {
      status: withMention(reply.text, reply.target.authorHandle),
      in_reply_to_id: reply.target.externalId,
      // As wide as what it answers, never wider: a direct message stays one.
      visibility: visibility ?? wireVisibility(reply.target.visibility),
      ...(spoiler && { spoiler_text: spoiler }),
      ...(language && { language }),
    },
    reply.idempotencyKey,
  )
  const status = z.unknown().transform(parseStatus).safeParse(posted)
  if (!status.success)
    throw new ConnectorError(
      'temporary',
      'The server took the reply but its answer cannot be read. It is looked for before anything is sent again.',
      { cause: status.error },
    )
  return sentOf(status.data, host.now())
}

/** Looks through our own newest posts for this reply: same parent, same words, not older than the click. */
export async function findReply(host: MastodonHost, reply: OutgoingReply): Promise<SentReply | null> {
  const me = parseAccount(await readMe(host))
  const wanted = comparable(withMention(reply.text, reply.target.authorHandle))
  const notBefore = reply.createdAt - skewMs
  let maxId: string | undefined
  for (let page = 0; page < maxPages; page++) {
    const posts = (await readOwnStatuses(host, me.id, maxId)).map(parseStatus)
    const found = posts.find(
      (post) =>
        post.in_reply_to_id === reply.target.externalId &&
        Date.parse(post.created_at) >= notBefore &&
        comparable(plainText(post.content)) === wanted,
    )
    if (found) return sentOf(found, host.now())
    const bottom = posts.at(-1)
    if (!bottom || bottom.id === maxId || Date.parse(bottom.created_at) < notBefore) return null
    maxId = bottom.id
  }
  return null
}

/** Without their handle in the text people are not told about the answer. */
export function withMention(text: string, handle: string): string {
  const escaped = handle.replace(/[\\^$.*+?()[\]{}|-]/g, String.raw`\$&`)
  return new RegExp(String.raw`(?<![\w@/])@${escaped}(?![\w@]|[.-]\w)`, 'i').test(text) ? text : `@${handle} ${text}`
}

/** Servers show "@ann" for "@ann@host", break lines in their own way and normalise characters. */
function comparable(text: string): string {
  return text
    .normalize('NFC')
    .replace(/(@[\w.-]+)@[\w.-]+\w/g, '$1')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase()
}

function sentOf(status: Status, now: number): SentReply {
  const at = Date.parse(status.created_at)
  return {
    externalId: status.id,
    ...(status.uri && { uri: status.uri }),
    ...(status.url && { url: status.url }),
    sentAt: Number.isFinite(at) ? at : now,
  }
}

function wireVisibility(visibility: OutgoingReply['target']['visibility']): string {
  return visibility === 'followers' ? 'private' : (visibility ?? 'public')
}
