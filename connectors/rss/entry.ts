/** One entry of any feed format, before it becomes a mention. Texts are still as the feed wrote them. */
export interface FeedEntry {
  id?: string | undefined
  title?: Markup | undefined
  link?: string | undefined
  body?: Markup | undefined
  author?: { name?: string | undefined; url?: string | undefined } | undefined
  /** The site that an aggregator took the entry from. */
  origin?: { name?: string | undefined; url?: string | undefined } | undefined
  published?: string | undefined
  updated?: string | undefined
  lang?: string | undefined
  comments?: number | undefined
  media: { url: string; type?: string | undefined; alt?: string | undefined }[]
  raw: unknown
}

export interface Markup {
  value: string
  html: boolean
}

export interface Feed {
  format: 'rss' | 'atom' | 'rdf' | 'json'
  title?: string | undefined
  link?: string | undefined
  lang?: string | undefined
  /** What the publisher asks between two readings. */
  intervalSeconds: number
  entries: FeedEntry[]
  /** Blocks that could not be read: quarantined one by one, the rest is kept. */
  broken: { raw: string; error: unknown }[]
}
