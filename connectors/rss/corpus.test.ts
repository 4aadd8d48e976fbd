import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeText } from '../../src/connector/decodeText.ts'
import { plainText } from '../../src/connector/plainText.ts'
import { sharedPath } from '../../test/helpers/shared.ts'
import type { Feed } from './entry.ts'
import { toMention } from './map.ts'
import { parseFeed } from './parse.ts'

const folder = sharedPath('corpora/feedparser')
const files = folder ? filesOf(folder).filter((file) => /\.(xml|json)$/.test(file)) : []

/** Where we decided otherwise than feedparser. */
const otherwise = new Set([
  '/encoding/demoronize-1.xml', // C1 control characters are kept: guessing at mojibake would change correct text
  '/wellformed/atom10/entry_author_map_author.xml', // the e-mail address is not part of the author's name
  '/wellformed/atom10/entry_content_and_summary.xml', // the content is the text of the mention, not the summary
])

describe.runIf(folder)('feedparser corpus', () => {
  it('answers every file with entries or a clear error', () => {
    const outcomes = { read: 0, refused: 0 }
    for (const file of files) {
      try {
        mentionsOf(parseFile(file).feed)
        outcomes.read++
      } catch (error) {
        if ((error as { connectorError?: boolean }).connectorError !== true) throw error
        outcomes.refused++
      }
    }
    expect(outcomes.read + outcomes.refused).toBe(files.length)
    expect(outcomes.read).toBeGreaterThanOrEqual(342)
  })

  it('agrees with the expectation that stands in the file', () => {
    const wrong: string[] = []
    let compared = 0
    for (const file of files) {
      const expectation = expectationOf(file)
      if (!expectation || otherwise.has(file.slice((folder ?? '').length))) continue
      let actual: unknown
      try {
        actual = valueOf(parseFile(file).feed, expectation.path)
      } catch (error) {
        actual = String(error)
      }
      compared++
      if (normalise(actual) !== normalise(expectation.value))
        wrong.push(
          `${file.slice((folder ?? '').length)}: ${expectation.path} is ${JSON.stringify(actual)}, expected ${JSON.stringify(expectation.value)}`,
        )
    }
    expect(wrong).toEqual([])
    expect(compared).toBeGreaterThan(30)
  })
})

function parseFile(file: string): { feed: Feed } {
  const bytes = readFileSync(file)
  const header = /^Header:\s*Content-type:\s*(.*)$/im.exec(bytes.toString('latin1'))?.[1]
  return { feed: parseFeed(decodeText(bytes, { contentType: header ?? null })) }
}

function mentionsOf(feed: Feed) {
  const context = { feedUrl: 'https://feed.example/', base: 'https://feed.example/', now: Date.UTC(2026, 10, 21) }
  return feed.entries.map((entry) => {
    try {
      return toMention(entry, context)
    } catch {
      return undefined
    }
  })
}

/** Expectations of the form entries[0]['title'] == 'literal' that name what we keep. */
function expectationOf(file: string): { path: string; value: string } | undefined {
  const head = decodeText(readFileSync(file))
  const line = /^\s*Expect:\s*(?:not bozo and )?(.*?)\s*==\s*u?(['"])(.*)\2\s*$/m.exec(head)
  if (!line?.[1] || line[3] === undefined) return undefined
  if (!(line[1] in readers)) return undefined
  return {
    path: line[1],
    value: line[3]
      .replaceAll(String.raw`\'`, "'")
      .replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
      .replace(/\\x([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
  }
}

const readers: Record<string, (feed: Feed) => string | undefined> = {
  "feed['title']": (feed) => feed.title,
  "feed['title_detail']['value']": (feed) => feed.title,
  "entries[0]['title']": (feed) => feed.entries[0]?.title?.value,
  "entries[0]['title_detail']['value']": (feed) => feed.entries[0]?.title?.value,
  "entries[0]['id']": (feed) => feed.entries[0]?.id,
  "entries[0]['link']": (feed) => feed.entries[0]?.link,
  "entries[0]['summary']": (feed) => feed.entries[0]?.body?.value,
  "entries[0]['description']": (feed) => feed.entries[0]?.body?.value,
  "entries[0]['content'][0]['value']": (feed) => feed.entries[0]?.body?.value,
  "entries[0]['author']": (feed) => feed.entries[0]?.author?.name,
  "feed['link']": (feed) => feed.link,
}

function valueOf(feed: Feed, path: string): string | undefined {
  return readers[path]?.(feed)
}

/** The corpus keeps markup, we keep text: both are compared as text. */
function normalise(value: unknown): string {
  return typeof value === 'string' ? plainText(value) : String(value)
}

function filesOf(path: string): string[] {
  return readdirSync(path).flatMap((name) => {
    const full = join(path, name)
    return statSync(full).isDirectory() ? filesOf(full) : [full]
  })
}
