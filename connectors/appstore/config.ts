import { z } from 'zod'

export const config = z.object({
  appId: z
    .string()
    .trim()
    .transform((text) => /\bid(\d{5,})/.exec(text)?.[1] ?? text)
    .pipe(z.string().regex(/^\d{5,}$/, 'Enter the number of the app, or the address of its App Store page'))
    .meta({
      title: 'App',
      help: 'The number behind "id" in the address of the App Store page, or the address itself.',
    }),
  storefronts: z
    .string()
    .default('us')
    .refine((list) => storefrontsOf(list).length > 0, 'Enter at least one country')
    .refine(
      (list) => storefrontsOf(list).every((code) => /^[a-z]{2}$/.test(code)),
      'Countries are two letters, for example us, gb, de',
    )
    .meta({ title: 'Countries', help: 'Two-letter codes separated by commas: us, gb, de. Each has its own reviews.' }),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .default('https://itunes.apple.com')
    .meta({ title: 'Server', help: 'Leave as it is unless you go through a proxy.' }),
})
export type Config = z.infer<typeof config>

export const feedShapes = ['xml', 'json', 'alternate'] as const
export type FeedShape = (typeof feedShapes)[number]

const storefront = z.object({
  /** Newest review time that was read, epoch ms. */
  watermark: z.number(),
  /** How many reviews of this country we ever read: an empty feed is then a fault of the feed, not news. */
  held: z.number(),
  /** When all ten pages were last read, epoch ms. */
  fullAt: z.number(),
})
export type Storefront = z.infer<typeof storefront>

export const cursor = z.object({
  storefronts: z.record(z.string(), storefront),
  run: z
    .object({
      index: z.number(),
      page: z.number(),
      startedAt: z.number(),
      newest: z.number(),
      found: z.number(),
      oldest: z.number(),
    })
    .optional(),
})
export type Cursor = z.infer<typeof cursor>
export const start: Cursor = { storefronts: {} }

export function storefrontsOf(list: string): string[] {
  return [...new Set(list.split(/[\s,;]+/).map((code) => code.toLowerCase()))].filter((code) => code !== '')
}
