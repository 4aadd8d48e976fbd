import { z } from 'zod'

export const config = z
  .object({
    baseUrl: z
      .url({ protocol: /^https?$/, message: 'Enter the address of the server, for example https://mastodon.social' })
      .default('https://mastodon.social')
      .meta({ title: 'Server', help: 'Any server that speaks the Mastodon API; yours, when you give a token.' }),
    hashtags: z.string().default('').meta({
      title: 'Hashtags',
      help: 'Separated by commas, with or without #. The server sees the posts that it knows of.',
    }),
    token: z.string().trim().default('').meta({
      title: 'Access token',
      help: 'Optional. Preferences, Development, New application: scopes read and write. It brings your mentions, search and replies.',
      secret: true,
    }),
    publicPosts: z.boolean().default(false).meta({
      title: 'Listen to all public posts',
      help: 'Only while streaming: keeps those that match your listening queries. The server must offer its public stream.',
    }),
  })
  .refine(({ hashtags, token }) => token !== '' || hashtagsOf(hashtags).length > 0, {
    path: ['hashtags'],
    message: 'Enter a hashtag, or an access token to read your mentions',
  })
export type Config = z.infer<typeof config>

const stream = z.object({
  /** Newest ids of the last complete run: meeting one means that the rest is known. Opaque, never compared in size. */
  known: z.array(z.string()),
  run: z
    .object({
      top: z.array(z.string()),
      maxId: z.string().optional(),
      pages: z.number(),
      startedAt: z.number(),
      oldestAt: z.number(),
      /** A known id was met: one more page is read as overlap. */
      met: z.boolean(),
    })
    .optional(),
  /** When the last complete run began, epoch ms. */
  readAt: z.number().optional(),
})
export type Stream = z.infer<typeof stream>

export const cursor = z.object({
  streams: z.record(z.string(), stream),
})
export type Cursor = z.infer<typeof cursor>
export const start: Cursor = { streams: {} }

export function hashtagsOf(list: string): string[] {
  const tags = list.split(/[\s,;]+/).map((tag) => tag.replace(/^#+/, '').toLowerCase())
  return [...new Set(tags)].filter((tag) => tag !== '')
}
