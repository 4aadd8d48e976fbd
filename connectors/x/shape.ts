import { z } from 'zod'
import { ConnectorError } from '../../src/connector/errors.ts'
import { isNewer } from './snowflake.ts'

const referenced = z.array(z.looseObject({ type: z.string(), id: z.string() }))
const note = z.looseObject({ text: z.string(), entities: z.unknown().optional() })
const entities = z.looseObject({
  mentions: z.array(z.looseObject({ username: z.string(), id: z.string().optional() })).optional(),
  urls: z
    .array(z.looseObject({ url: z.string(), expanded_url: z.string().optional(), media_key: z.string().optional() }))
    .optional(),
})

/** A post as X sends it, in the old names and in those of 2026. Absent values are omitted, never null. */
const sent = z.looseObject({
  id: z.string(),
  text: z.string().default(''),
  author_id: z.string().optional(),
  conversation_id: z.string().optional(),
  lang: z.string().optional(),
  in_reply_to_user_id: z.string().optional(),
  reply_settings: z.string().optional(),
  entities: entities.optional(),
  public_metrics: z.looseObject({}).optional(),
  attachments: z.looseObject({ media_keys: z.array(z.string()).optional() }).optional(),
  referenced_tweets: referenced.optional(),
  referenced_posts: referenced.optional(),
  edit_history_tweet_ids: z.array(z.string()).optional(),
  edit_history_post_ids: z.array(z.string()).optional(),
  note_tweet: note.optional(),
  note_post: note.optional(),
})

const readable = sent.transform((post) => {
  const long = post.note_tweet ?? post.note_post
  const longEntities = entities.safeParse(long?.entities)
  return {
    id: post.id,
    text: long?.text ?? post.text,
    entities: (longEntities.success ? longEntities.data : undefined) ?? post.entities ?? {},
    authorId: post.author_id,
    conversationId: post.conversation_id,
    lang: post.lang,
    inReplyToUserId: post.in_reply_to_user_id,
    replySettings: post.reply_settings,
    metrics: post.public_metrics ?? {},
    mediaKeys: post.attachments?.media_keys ?? [],
    referenced: post.referenced_tweets ?? post.referenced_posts ?? [],
    /** Oldest first, this version included. */
    history: post.edit_history_tweet_ids ?? post.edit_history_post_ids ?? [post.id],
    raw: post as unknown,
  }
})
export type RawTweet = z.infer<typeof readable>

const user = z.looseObject({
  id: z.string(),
  username: z.string(),
  name: z.string().optional(),
  description: z.string().optional(),
  location: z.string().optional(),
  profile_image_url: z.string().optional(),
  public_metrics: z.looseObject({ followers_count: z.number().optional() }).optional(),
})
export type RawUser = z.infer<typeof user>

const media = z.looseObject({
  media_key: z.string(),
  type: z.string(),
  url: z.string().optional(),
  preview_image_url: z.string().optional(),
  alt_text: z.string().optional(),
})
export type RawMedia = z.infer<typeof media>

export interface Batch {
  posts: RawTweet[]
  users: Map<string, RawUser>
  referenced: Map<string, RawTweet>
  media: Map<string, RawMedia>
  /** Ids that X says are deleted, protected, suspended or withheld. */
  missing: string[]
  newestId?: string
  nextToken?: string
}

const envelope = z.looseObject({
  data: z.union([z.array(z.unknown()), z.looseObject({})]).optional(),
  includes: z
    .looseObject({
      users: z.array(z.unknown()).optional(),
      tweets: z.array(z.unknown()).optional(),
      posts: z.array(z.unknown()).optional(),
      media: z.array(z.unknown()).optional(),
    })
    .optional(),
  errors: z
    .array(
      z.looseObject({
        title: z.string().optional(),
        detail: z.string().optional(),
        type: z.string().optional(),
        parameter: z.string().optional(),
        resource_type: z.string().optional(),
        resource_id: z.string().optional(),
        value: z.string().optional(),
      }),
    )
    .optional(),
  meta: z.looseObject({ next_token: z.string().optional() }).optional(),
})

const goneTypes = /resource-not-found|not-authorized-for-resource/

/** Empty lists have no `data`; partial errors come with status 200 beside the data, or in place of it. */
export function readBatch(body: unknown, quarantine: (raw: unknown, error: unknown) => void): Batch {
  const parsed = envelope.safeParse(body)
  if (!parsed.success) throw new ConnectorError('temporary', 'X answered in an unknown form.', { cause: parsed.error })
  const { data, includes, errors = [], meta } = parsed.data
  const posts = readEach(Array.isArray(data) ? data : [], readable, quarantine)
  const gone = errors.filter(
    (error) => goneTypes.test(error.type ?? '') && ['ids', 'id'].includes(error.parameter ?? 'ids'),
  )
  const ignored = () => {}
  return {
    posts,
    users: indexBy(readEach(includes?.users ?? [], user, ignored), (one) => one.id),
    referenced: indexBy(readEach(includes?.tweets ?? includes?.posts ?? [], readable, ignored), (one) => one.id),
    media: indexBy(readEach(includes?.media ?? [], media, ignored), (one) => one.media_key),
    missing: gone.flatMap((error) => error.resource_id ?? error.value ?? []),
    ...newestOf(posts),
    ...(meta?.next_token ? { nextToken: meta.next_token } : {}),
  }
}

function readEach<Shape extends z.ZodType>(
  raws: unknown[],
  shape: Shape,
  quarantine: (raw: unknown, error: unknown) => void,
) {
  return raws.flatMap((raw) => {
    const parsed = shape.safeParse(raw)
    if (parsed.success) return [parsed.data as z.infer<Shape>]
    quarantine(raw, parsed.error)
    return []
  })
}

function indexBy<Item>(items: Item[], key: (item: Item) => string): Map<string, Item> {
  return new Map(items.map((item) => [key(item), item]))
}

/** From the posts themselves: `meta.newest_id` may be absent. */
function newestOf(posts: RawTweet[]): { newestId?: string } {
  let newestId: string | undefined
  for (const { id } of posts) if (isNewer(id, newestId)) newestId = id
  return newestId === undefined ? {} : { newestId }
}
