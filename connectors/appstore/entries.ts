import { decodeXML } from 'entities'
import { XMLParser } from 'fast-xml-parser'

/** The fields of a review, from either format of the feed, still unchecked. */
export interface RawReview {
  id?: string
  updated?: string
  title?: string
  content?: string
  rating?: string
  version?: string
  voteCount?: string
  authorName?: string
  authorUri?: string
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  // Entities are decoded below: one place, no expansion.
  processEntities: false,
  isArray: (name) => name === 'entry' || name === 'content' || name === 'link',
})

/** Reviews of the XML feed. Throws when the text is not that feed. */
export function entriesFromXml(text: string): RawReview[] {
  const document: unknown = parser.parse(text)
  const feed = field(document, 'feed')
  if (feed === undefined) throw new Error('no <feed> in the answer')
  return reviewsIn(feed).map((entry) => {
    const contents = list(field(entry, 'content'))
    const content = contents.find((one) => field(one, '@type') === 'text') ?? contents[0]
    return reviewOf((path) => xmlText(path.reduce(field, entry)), xmlText(content))
  })
}

/** Reviews of the JSON feed: one review comes as an object, the app itself may stand first. Throws when it is not that feed. */
export function entriesFromJson(text: string): RawReview[] {
  const document: unknown = JSON.parse(text)
  const feed = field(document, 'feed')
  if (typeof feed !== 'object' || feed === null) throw new Error('no feed in the answer')
  return reviewsIn(feed).map((entry) => {
    const label = (path: string[]) => jsonText(path.reduce(field, entry))
    return reviewOf(label, label(['content']))
  })
}

/** The app itself may be the first entry: it has a name and no rating. */
function reviewsIn(feed: unknown): unknown[] {
  const isApp = (entry: unknown) => field(entry, 'im:name') !== undefined && field(entry, 'im:rating') === undefined
  return list(field(feed, 'entry')).filter((entry) => !isApp(entry))
}

function reviewOf(read: (path: string[]) => string | undefined, content: string | undefined): RawReview {
  const all = {
    id: read(['id']),
    updated: read(['updated']),
    title: read(['title']),
    content,
    rating: read(['im:rating']),
    version: read(['im:version']),
    voteCount: read(['im:voteCount']),
    authorName: read(['author', 'name']),
    authorUri: read(['author', 'uri']),
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined
}

function list(value: unknown): unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value]
}

function xmlText(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value : field(value, '#text')
  return typeof text === 'string' ? decodeXML(text) : undefined
}

function jsonText(value: unknown): string | undefined {
  const label = field(value, 'label')
  return typeof label === 'string' ? label : undefined
}
