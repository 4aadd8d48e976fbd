import { z } from 'zod'

export const config = z.object({
  words: z.string().trim().min(1, 'Enter at least one word').meta({
    title: 'Words',
    help: 'The name of your product, of competitors, your domain. Separated by commas; several words together are searched as a phrase.',
  }),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .default('https://hn.algolia.com')
    .meta({ title: 'Search server', help: 'Leave as it is unless you run a mirror of the Hacker News search.' }),
  firebaseUrl: z
    .url({ protocol: /^https?$/ })
    .default('https://hacker-news.firebaseio.com')
    .meta({
      title: 'Item server',
      help: 'Where edits and deletions are looked up. Leave as it is unless you run a mirror.',
    }),
})
export type Config = z.infer<typeof config>

/** A run walks down from now to `since`, one word after the other; times are epoch seconds, as the platform counts. */
export const cursor = z.object({
  /** Everything before this was read, epoch seconds; 0: never polled. */
  watermark: z.number(),
  run: z
    .object({
      word: z.number(),
      since: z.number(),
      startedAt: z.number(),
      until: z.number(),
      page: z.number(),
      pages: z.number(),
    })
    .optional(),
})
export type Cursor = z.infer<typeof cursor>
export const start: Cursor = { watermark: 0 }

export function wordsOf(list: string): string[] {
  return [...new Set(list.split(/[,\n]/).map((word) => word.trim()))].filter((word) => word !== '')
}
