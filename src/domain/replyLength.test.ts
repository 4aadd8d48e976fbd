import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sharedPath } from '../../test/helpers/shared.ts'
import { countReply, countTightest, countXWeighted } from './replyLength.ts'
import { findUrls } from './urlSpans.ts'

const x = { unit: 'x-weighted', max: 280 } as const
const found = sharedPath('corpora/twitter-text')
const hasCorpus = found !== undefined
const corpus = found ?? ''
if (!hasCorpus) process.stderr.write('twitter-text corpus is missing: its conformance cases did not run\n')

describe('countReply', () => {
  it.each([
    ['Hello, world! 👋', 16, 15, 18],
    ['👨‍👩‍👧‍👦', 2, 1, 25],
    ['日本語', 6, 3, 9],
    ['cafe\u0301', 4, 4, 6],
    ['see https://example.com/very/long/path?x=1 ok', 30, 45, 45],
    ['example.com/x', 23, 13, 13],
    ['🇩🇪', 2, 1, 8],
    ['ﬁ', 2, 1, 3],
    ['—“”…', 5, 4, 12],
    ['1\u20E3', 2, 1, 4],
    ['node.js is fine', 15, 15, 15],
  ])('counts %j as each platform does', (text, weighted, graphemes, bytes) => {
    expect(countReply(text, x).length).toBe(weighted)
    expect(countReply(text, { unit: 'graphemes', max: 300 }).length).toBe(graphemes)
    expect(countReply(text, { unit: 'utf8-bytes', max: 3000 }).length).toBe(bytes)
  })

  it('is not ok when empty, too long, or with characters that X refuses', () => {
    expect(countReply(' \n', x).ok).toBe(false)
    expect(countReply('a'.repeat(280), x).ok).toBe(true)
    expect(countReply('a'.repeat(281), x).ok).toBe(false)
    expect(countReply('a\uFFFFb', x).ok).toBe(false)
  })

  it('counts code points, not UTF-16 units, as chars', () => {
    expect(countReply('😀', { unit: 'chars', max: 10 }).length).toBe(1)
  })

  it('counts a link as the instance says and a remote mention without its host', () => {
    const mastodon = { unit: 'graphemes', max: 500, urlLength: 23 } as const
    expect(countReply('https://example.com/a/very/long/address/of/a/page.', mastodon).length).toBe(24)
    expect(countReply('example.com', mastodon).length).toBe(11)
    expect(countReply('@ann@example.social hi', mastodon).length).toBe(7)
    expect(countReply('mail ann@example.org', mastodon).length).toBe(20)
  })

  it('shows the limit that leaves the least room', () => {
    const limits = [
      { unit: 'graphemes', max: 300 },
      { unit: 'utf8-bytes', max: 3000 },
    ] as const
    expect(countTightest('a'.repeat(10), limits)).toEqual({ length: 10, max: 300, ok: true })
    // 130 families: 130 graphemes, 3,250 bytes.
    expect(countTightest('👨‍👩‍👧‍👦'.repeat(130), limits)).toEqual({ length: 3250, max: 3000, ok: false })
  })

  it('answers at once for a pasted book', () => {
    expect(countXWeighted('a.com'.repeat(100_000))).toBe(500_000)
  })
})

describe.runIf(hasCorpus)('twitter-text conformance', () => {
  it.each(readWeighted())('weighs: $description', ({ text, weightedLength, valid }) => {
    const count = countReply(text, x)
    expect({ length: count.length, ok: count.ok }).toEqual({ length: weightedLength, ok: valid })
  })

  it('knows every top-level domain', () => {
    const texts = [...readFileSync(join(corpus, 'tlds.yml'), 'utf8').matchAll(/^ {4}text: '?(https:\S+?)'?$/gmu)]
    expect(texts.length).toBeGreaterThan(1500)
    expect(texts.map((match) => match[1] ?? '').filter((url) => findUrls(url)[0]?.url !== url)).toEqual([])
  })

  it.each(readUrls())('extracts: $description', ({ text, expected }) => {
    expect(findUrls(text).map((span) => span.url)).toEqual(expected)
    expect(findUrls(text).map((span) => text.slice(span.start, span.end))).toEqual(expected)
  })
})

/** Only as much YAML as these files use: quoted one-line scalars. */
function readWeighted(): { description: string; text: string; weightedLength: number; valid: boolean }[] {
  if (!hasCorpus) return []
  const file = readFileSync(join(corpus, 'validate.yml'), 'utf8')
  const section = file.slice(file.indexOf('WeightedTweetsWithDiscountedEmojiCounterTest'))
  return section
    .split('- description: ')
    .slice(1)
    .map((block) => ({
      description: unquote(/^(".*")$/m.exec(block)?.[1] ?? ''),
      text: unquote(/text: (".*")$/m.exec(block)?.[1] ?? ''),
      weightedLength: Number(/weightedLength: (\d+)/.exec(block)?.[1]),
      valid: /valid: true/.test(block),
    }))
}

function unquote(quoted: string): string {
  const json = quoted.replace(/\\U([0-9a-fA-F]{8})/g, (_, hex: string) =>
    String.fromCodePoint(Number.parseInt(hex, 16)),
  )
  return JSON.parse(json) as string
}

function readUrls(): { description: string; text: string; expected: string[] }[] {
  if (!hasCorpus) return []
  const file = readFileSync(join(corpus, 'extract-half.yml'), 'utf8')
  const section = file.slice(file.indexOf('\n  urls:\n'), file.indexOf('\n  urls_with_indices:\n'))
  return section
    .split('  - description: ')
    .slice(1)
    .map((block) => ({
      description: block.split('\n')[0] ?? '',
      text: unfold(/^ {4}text: ([\s\S]*?)(?=\n {2}\S|$(?![\s\S]))/m.exec(block)?.[1] ?? ''),
      expected: [...block.matchAll(/^ {4}(?:- |  url: )(\S+)$/gm)]
        .map((match) => match[1] ?? '')
        .filter((url) => url !== 'indices:'),
    }))
}

function unfold(scalar: string): string {
  const folded = scalar.trimEnd().replace(/\n +/g, ' ')
  return folded.startsWith("'") ? folded.slice(1, -1).replaceAll("''", "'") : folded
}
