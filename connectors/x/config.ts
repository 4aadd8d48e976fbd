import { z } from 'zod'

export const defaultBaseUrl = 'https://api.x.com'

const optional = () => z.string().trim().default('')

export const config = z
  .object({
    apiKey: optional().meta({
      title: 'API key',
      help: 'The first of four keys of OAuth 1.0a, the simplest way for one account of your own.',
    }),
    apiSecret: optional().meta({ title: 'API key secret', help: 'The second of the four keys.', secret: true }),
    accessToken: optional().meta({
      title: 'Access token',
      help: 'The third of the four keys, made with the right to read and write.',
    }),
    accessSecret: optional().meta({ title: 'Access token secret', help: 'The last of the four keys.', secret: true }),
    clientId: optional().meta({
      title: 'OAuth 2 client id',
      help: 'Instead of the four keys. Needs the scopes tweet.read, users.read, tweet.write and offline.access.',
    }),
    clientSecret: optional().meta({
      title: 'OAuth 2 client secret',
      help: 'Only for confidential clients.',
      secret: true,
    }),
    refreshToken: optional().meta({
      title: 'OAuth 2 refresh token',
      help: 'Used once and replaced by Earshot with each renewal.',
      secret: true,
    }),
    appBearer: optional().meta({
      title: 'App bearer token',
      help: 'Enough for reading and searching. Replies need one of the ways above.',
      secret: true,
    }),
    username: optional().meta({
      title: 'Account',
      help: 'Whose mentions are read when there is only an app bearer token, for example acme.',
    }),
    words: z.string().default('').meta({
      title: 'Words to search for',
      help: 'Separated by commas, for example: acme, acme widget. Every post found costs about 0.005 USD. Empty reads mentions only.',
    }),
    backfillMinutes: z.int().min(0).max(5).default(0).meta({
      title: 'Minutes that the stream replays',
      help: 'After an interruption, where the plan of the app allows it (0 to 5). 0 on self-serve plans: a look reads what was missed.',
    }),
    fieldNames: z
      .enum(['tweet', 'post'])
      .default('tweet')
      .meta({
        title: 'Names of fields',
        options: { tweet: 'tweet.fields (old)', post: 'post.fields (new)' },
        help: 'X is renaming tweet.fields to post.fields. Change it when X refuses the old names; answers are read in both.',
      }),
    baseUrl: z
      .url({ protocol: /^https?$/, message: 'Enter an address beginning with https://' })
      .default(defaultBaseUrl)
      .meta({
        title: 'Address of the API',
        help: 'Leave it as it is, unless you use a gateway.',
      }),
  })
  .superRefine((value, context) => {
    if (hasFourKeys(value) || hasOAuth2(value) || (value.appBearer && value.username)) return
    const message = 'Enter the four keys, or a client id and a refresh token, or a bearer token and the account.'
    context.addIssue({ code: 'custom', path: ['apiKey'], message })
  })
export type Config = z.infer<typeof config>

type Credentials = Pick<Config, 'apiKey' | 'apiSecret' | 'accessToken' | 'accessSecret' | 'clientId' | 'refreshToken'>

export function hasFourKeys(config: Credentials): boolean {
  return [config.apiKey, config.apiSecret, config.accessToken, config.accessSecret].every((key) => key !== '')
}

export function hasOAuth2(config: Credentials): boolean {
  return config.clientId !== '' && config.refreshToken !== ''
}

/** Where a newest-first list with an id floor was read up to. See chain.ts. */
const chain = z.object({
  /** Every post up to this id has been read. */
  floor: z.string().optional(),
  /** A chain of pages that is not finished: becomes the floor at its end, and where it goes on. */
  pendingTop: z.string().optional(),
  pageToken: z.string().optional(),
  /** Lower end of a chain that has no floor to begin from, epoch ms. */
  since: z.number().optional(),
})
export type Chain = z.infer<typeof chain>

export const cursor = z.object({
  /** The account that the rest belongs to: an edited source starts afresh. */
  account: z.string(),
  mentions: chain,
  searches: z.record(z.string(), chain),
})
export type Cursor = z.infer<typeof cursor>
export const start: Cursor = { account: '', mentions: {}, searches: {} }
