import { ParseError, parseFeed as parseWithFeedsmith } from 'feedsmith'
import { ConnectorError } from '../../src/connector/errors.ts'
import { toFeed } from './formats.ts'
import type { Feed } from './entry.ts'

/**
 * Text of any feed -> entries. When the XML is broken or cut off, each complete <item> or <entry> is read by itself, so
 * that one bad entry does not cost the rest. Throws ConnectorError('temporary') for what is not a feed at all.
 */
export function parseFeed(text: string): Feed {
  try {
    return { ...toFeed(parseWithFeedsmith(text)), broken: brokenJsonItems(text) }
  } catch (error) {
    const salvaged = salvage(text) ?? (error instanceof ParseError ? emptyFeed('rss') : undefined)
    if (salvaged) return salvaged
    throw notAFeed(text, error)
  }
}

/** feedsmith leaves out JSON items that are no objects or hold nothing; nothing is left out silently here. */
function brokenJsonItems(text: string): Feed['broken'] {
  if (!/^\s*\{/.test(text)) return []
  const { items } = JSON.parse(text) as { items?: unknown }
  const isEmpty = (item: unknown) => typeof item !== 'object' || item === null || Object.keys(item).length === 0
  const empty = (Array.isArray(items) ? items : []).filter(isEmpty)
  return empty.map((item) => ({
    raw: JSON.stringify(item),
    error: new Error('The item is not an object with content'),
  }))
}

function notAFeed(text: string, cause: unknown): ConnectorError {
  const head = text.slice(0, 2000).toLowerCase()
  const what =
    text.trim() === ''
      ? 'The address answered with an empty document. Check the address, or wait until the site is well again.'
      : /<!doctype html|<html/.test(head)
        ? 'The address answered with a web page, not with a feed. Look on that page for a link named "RSS", "Atom" or "Feed" and enter its address.'
        : 'The answer could not be read as RSS, Atom, RDF or JSON Feed. Check the address, or tell the publisher that the feed is broken.'
  return new ConnectorError('temporary', what, { cause })
}

const maxSalvaged = 1000

/** Reads the blocks of a broken document one by one; undefined when it holds none. */
function salvage(text: string): Feed | undefined {
  const root = rootOf(text)
  if (!root) return undefined
  const { rootName } = root
  const element = rootName.toLowerCase() === 'feed' ? 'entry' : 'item'
  const [before, after] =
    rootName.toLowerCase() === 'rss' ? [`${root.tag}<channel>`, '</channel></rss>'] : [root.tag, `</${rootName}>`]
  let feed: Feed | undefined
  const broken: Feed['broken'] = []
  for (const block of blocksOf(text, element, root.end)) {
    try {
      const one = toFeed(parseWithFeedsmith(before + block + after))
      if (one.entries.length === 0) throw new Error('the entry is empty')
      feed = feed ? { ...feed, entries: [...feed.entries, ...one.entries] } : one
    } catch (error) {
      broken.push({ raw: block, error })
    }
  }
  if (!feed && broken.length === 0) return undefined
  return { ...(feed ?? emptyFeed(element === 'entry' ? 'atom' : 'rss')), broken }
}

/** A feed root without anything inside, which feedsmith refuses, is a feed that has no entries yet. */
function emptyFeed(format: Feed['format']): Feed {
  return { format, intervalSeconds: 0, entries: [], broken: [] }
}

/** The opening tag of the document. A giant one is not worth repeating before each block. */
function rootOf(text: string): { rootName: string; tag: string; end: number } | undefined {
  const open = /<(rss|feed|rdf:RDF)(?=[\s>])/i.exec(text)
  const end = open ? text.indexOf('>', open.index) + 1 : 0
  if (!open || end === 0 || end - open.index > 10_000) return undefined
  return { rootName: open[1] ?? '', tag: text.slice(open.index, end), end }
}

function* blocksOf(text: string, element: string, from: number): Generator<string> {
  const opening = new RegExp(`<${element}(?=[\\s>])`, 'g')
  const closing = `</${element}>`
  opening.lastIndex = from
  for (let count = 0; count < maxSalvaged; count++) {
    const open = opening.exec(text)
    if (!open) return
    const close = text.indexOf(closing, open.index)
    const end = close < 0 ? text.length : close + closing.length
    yield text.slice(open.index, end)
    opening.lastIndex = end
  }
}
