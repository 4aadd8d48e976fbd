import { z } from 'zod'
import type { Host, IncomingMention } from '../../src/connector/contract.ts'
import { cleanText, plainText } from '../../src/connector/plainText.ts'
import type { Item } from './api.ts'

export const site = 'https://news.ycombinator.com'

const hit = z.object({
  objectID: z.string().min(1),
  author: z.string().min(1),
  created_at_i: z.number().int().positive(),
  title: z.string().nullish(),
  url: z.string().nullish(),
  story_text: z.string().nullish(),
  comment_text: z.string().nullish(),
  points: z.number().nullish(),
  num_comments: z.number().nullish(),
  parent_id: z.number().nullish(),
  story_id: z.number().nullish(),
  _tags: z.array(z.string()).nullish(),
})

/** A search hit. Throws when it lacks id, author or time. */
export function hitToMention(raw: unknown): IncomingMention {
  const found = hit.parse(raw)
  const isComment = found._tags?.includes('comment') ?? typeof found.comment_text === 'string'
  return mention({
    id: found.objectID,
    by: found.author,
    at: found.created_at_i,
    title: found.title,
    link: found.url,
    html: found.comment_text ?? found.story_text,
    points: found.points,
    comments: found.num_comments,
    parent: isComment ? found.parent_id : undefined,
    root: isComment ? found.story_id : undefined,
    isComment,
    raw,
  })
}

/** An item of the Firebase mirror; undefined when it lacks author or time. */
export function itemToMention(item: Item, storyId: string | undefined): IncomingMention | undefined {
  if (!item.by || !item.time) return undefined
  return mention({
    id: String(item.id),
    by: item.by,
    at: item.time,
    title: item.title,
    link: item.url,
    html: item.text,
    points: item.score,
    comments: item.descendants,
    parent: item.parent,
    root: storyId,
    isComment: item.type === 'comment',
    raw: item,
  })
}

interface Facts {
  id: string
  by: string
  at: number
  title: string | null | undefined
  link: string | null | undefined
  html: string | null | undefined
  points: number | null | undefined
  comments: number | null | undefined
  parent: number | null | undefined
  root: number | string | null | undefined
  isComment: boolean
  raw: unknown
}

function mention(facts: Facts): IncomingMention {
  const title = facts.isComment ? '' : cleanText(facts.title ?? '').trim()
  const link = facts.link && URL.canParse(facts.link) && /^https?:/i.test(facts.link) ? facts.link : undefined
  const metrics = {
    ...(typeof facts.points === 'number' && { likes: facts.points }),
    ...(typeof facts.comments === 'number' && { replies: facts.comments }),
  }
  return {
    externalId: facts.id,
    url: `${site}/item?id=${encodeURIComponent(facts.id)}`,
    kind: facts.isComment ? 'comment' : 'post',
    author: {
      externalId: facts.by,
      handle: facts.by,
      url: `${site}/user?id=${encodeURIComponent(facts.by)}`,
    },
    ...(title && { title }),
    text: plainText(facts.html ?? ''),
    createdAt: facts.at * 1000,
    ...(facts.parent && { parentId: String(facts.parent) }),
    ...(facts.root && String(facts.root) !== facts.id && { rootId: String(facts.root) }),
    ...(link && { media: [{ type: 'link' as const, url: link }] }),
    ...(Object.keys(metrics).length > 0 && { metrics }),
    raw: facts.raw,
  }
}

/** A record that cannot be read goes into quarantine alone. */
export function mapped(host: Pick<Host, 'quarantine'>, raw: unknown): IncomingMention[] {
  try {
    return [hitToMention(raw)]
  } catch (error) {
    host.quarantine(raw, error)
    return []
  }
}
