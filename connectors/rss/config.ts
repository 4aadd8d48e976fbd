import { z } from 'zod'

export const config = z.object({
  url: z.url({ protocol: /^https?$/, message: 'Enter the full address of the feed, beginning with https://' }).meta({
    title: 'Address of the feed',
    help: 'RSS, Atom, RDF or JSON Feed. For Google Alerts choose "Deliver to: RSS feed" and paste its address.',
  }),
  words: z.string().default('').meta({
    title: 'Only entries with one of these words',
    help: 'Separated by commas. Empty keeps every entry.',
  }),
})
export type Config = z.infer<typeof config>

export const cursor = z.object({
  /** The address that the rest belongs to: an edited source starts afresh. */
  url: z.string(),
  /** Where a permanent redirect led. */
  movedTo: z.string().optional(),
  etag: z.string().optional(),
  lastModified: z.string().optional(),
  /** When the feed was last read, epoch ms. */
  readAt: z.number().optional(),
  /** The publisher's own wish (ttl, sy:updatePeriod, max-age): not read again before, epoch ms. */
  notBefore: z.number().optional(),
  /** Entries of the last reading: id -> hash of their content, and when they were first seen if they carry no date. */
  seen: z.record(z.string(), z.object({ hash: z.string(), at: z.number().optional() })),
})
export type Cursor = z.infer<typeof cursor>
export const start: Cursor = { url: '', seen: {} }
