import type { IncomingMention } from '../../src/connector/contract.ts'
import type { Post } from './api.ts'

/** Pure: payload in, mention out. HTML would become plain text here (src/connector/plainText.ts). */
export function toMention(post: Post): IncomingMention {
  const { id, text, author } = post
  return {
    externalId: id,
    kind: post.in_reply_to ? 'reply' : 'post',
    text,
    createdAt: Date.parse(post.created_at),
    author: { externalId: author.id, handle: author.handle, ...(author.name ? { name: author.name } : {}) },
    ...(post.url ? { url: post.url } : {}),
    ...(post.in_reply_to ? { parentId: post.in_reply_to } : {}),
    raw: post,
  }
}
