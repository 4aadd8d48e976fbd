import { z } from 'zod'

export const config = z.object({
  appId: z
    .string()
    .trim()
    .transform((text) => /\/app\/(\d+)/.exec(text)?.[1] ?? text)
    .pipe(z.string().regex(/^\d+$/, 'Enter the number of the game, or the address of its store page'))
    .meta({
      title: 'Game',
      help: 'The number in the address of the store page, or the address itself: store.steampowered.com/app/620 is 620.',
    }),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .default('https://store.steampowered.com')
    .meta({ title: 'Server', help: 'Leave as it is unless you go through a proxy.' }),
})
export type Config = z.infer<typeof config>

export const cursor = z.object({
  /** Newest time of update that was read, epoch seconds; 0: never polled. */
  watermark: z.number(),
  /** When the last fourteen days were last read again, epoch seconds. */
  rescannedAt: z.number(),
  run: z
    .object({
      startedAt: z.number(),
      since: z.number(),
      rescan: z.boolean(),
      newest: z.number(),
      page: z.string(),
      pages: z.number(),
    })
    .optional(),
})
export type Cursor = z.infer<typeof cursor>
export const start: Cursor = { watermark: 0, rescannedAt: 0 }
