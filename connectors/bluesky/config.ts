import { z } from 'zod'

export const defaultService = 'https://bsky.social'

export const config = z.object({
  identifier: z.string().trim().min(1, 'Enter the handle of the account').meta({
    title: 'Handle',
    help: 'The account that is mentioned and that answers, for example acme.com or acme.bsky.social.',
  }),
  appPassword: z.string().trim().min(1, 'Enter an app password').meta({
    title: 'App password',
    help: 'Made in Bluesky under Settings, Privacy and security, App passwords. Not the password of the account.',
    secret: true,
  }),
  words: z.string().default('').meta({
    title: 'Words to search for',
    help: 'Separated by commas, for example: acme, acme widget. Empty listens to your notifications only.',
  }),
  searchEnabled: z.boolean().default(true).meta({
    title: 'Search posts',
    help: 'Off when the server of this account has no search: notifications still arrive.',
  }),
  baseUrl: z
    .url({ protocol: /^https?$/, message: 'Enter an address beginning with https://' })
    .default(defaultService)
    .meta({
      title: 'Service',
      help: 'The server of the account. Leave it as it is unless the account lives on a server of its own.',
    }),
  streamFrom: z
    .enum(['jetstream', 'firehose'])
    .default('jetstream')
    .meta({
      title: 'Stream',
      options: {
        jetstream: 'Jetstream (about 1 GB a day)',
        firehose: 'Firehose (far more; for servers without Jetstream)',
      },
      help: 'Where new posts come from once streaming is switched on for this source.',
    }),
  streamUrl: z
    .union([z.literal(''), z.url({ protocol: /^(wss?|https?)$/, message: 'Enter an address beginning with wss://' })])
    .default('')
    .meta({ title: 'Server of the stream', help: 'Empty: a public one of Bluesky.' }),
  appView: z.string().trim().default('').meta({
    title: 'AppView',
    help: 'Service identifier of another AppView to read from, for example did:web:api.bsky.app#bsky_appview. Empty: the choice of your server.',
  }),
})
export type Config = z.infer<typeof config>

const publicStreams = {
  jetstream: 'wss://jetstream2.us-east.bsky.network',
  firehose: 'wss://bsky.network',
}

export function streamAddress({ streamFrom, streamUrl }: Config): string {
  return streamUrl || publicStreams[streamFrom]
}

/** Where one list (newest first, opaque cursors) was read up to. See walk.ts. */
const reading = z.object({
  /** Everything up to here has been read, epoch ms of the server's index. */
  top: z.number(),
  /** Entries at or before this have left `seen`, epoch ms. */
  floor: z.number(),
  /** Digest of an entry -> when the server indexed it, epoch ms. */
  seen: z.record(z.string(), z.number()),
  /** A walk that is not finished: where it continues, what becomes `top` at its end, and when it began. */
  walk: z.object({ page: z.string(), top: z.number(), startedAt: z.number() }).optional(),
  /** When the last finished walk began, epoch ms. */
  readAt: z.number().optional(),
})
export type Reading = z.infer<typeof reading>
export const unread: Reading = { top: 0, floor: 0, seen: {} }

export const cursor = z.object({
  /** The account that the rest belongs to: an edited source starts afresh. */
  account: z.string(),
  notifications: reading,
  words: z.record(z.string(), reading),
})
export type Cursor = z.infer<typeof cursor>
export const start: Cursor = { account: '', notifications: unread, words: {} }
