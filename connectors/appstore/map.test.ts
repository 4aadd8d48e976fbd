import { describe, expect, it } from 'vitest'
import { entriesFromJson, entriesFromXml } from './entries.ts'
import { toMention } from './map.ts'

const xml = (entries: string) =>
  `<?xml version="1.0" encoding="utf-8"?><feed xmlns:im="http://itunes.apple.com/rss" xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><id>x</id>${entries}</feed>`
const entry = `<entry><updated>2026-11-20T09:10:11-07:00</updated><id>12345678901234567890</id><title>Don&#39;t &amp; won&apos;t &lt;3</title>
  <content type="text">Line one
line two &amp;amp; 😀</content><im:contentType term="Application" label="Application"/><im:voteSum>0</im:voteSum><im:voteCount>3</im:voteCount><im:rating>4</im:rating><im:version>2.10</im:version>
  <author><name>Ann &quot;A&quot;</name><uri>https://itunes.apple.com/us/reviews/id987654321</uri></author><link rel="related" href="https://x"/><content type="html">&lt;table&gt;no&lt;/table&gt;</content></entry>`

describe('App Store feed', () => {
  it('reads the XML feed; ids stay strings, the text is the plain one', () => {
    const [raw] = entriesFromXml(xml(entry))
    expect(raw && toMention(raw, '42424242', 'us')).toMatchObject({
      externalId: '12345678901234567890',
      title: "Don't & won't <3",
      text: 'Line one\nline two &amp; 😀',
      createdAt: Date.UTC(2026, 10, 20, 16, 10, 11),
      author: { externalId: '987654321', handle: 'Ann "A"' },
      metrics: { likes: 3 },
      review: {
        rating: { raw: 4, best: 5, worst: 1 },
        version: '2.10',
        subject: { kind: 'app', id: '42424242', variant: 'us' },
      },
    })
  })

  it('reads the JSON feed, also with a single review as an object', () => {
    const one = {
      id: { label: '123' },
      updated: { label: '2026-11-20T09:10:11-07:00' },
      title: { label: 't' },
      content: { label: 'c' },
      'im:rating': { label: '1' },
      author: { name: { label: 'n' }, uri: { label: '' } },
    }
    const reviews = entriesFromJson(JSON.stringify({ feed: { entry: one } }))
    expect(reviews.map((raw) => toMention(raw, '42424242', 'de').review?.rating?.raw)).toEqual([1])
    expect(entriesFromJson('{"feed":{}}')).toEqual([])
    const app = { 'im:name': { label: 'Acme' }, id: { label: 'https://apps.apple.com/app' } }
    expect(entriesFromJson(JSON.stringify({ feed: { entry: [app, one] } }))).toHaveLength(1)
  })

  it('does not take a web page for a feed', () => {
    expect(() => entriesFromXml('<html><body>429</body></html>')).toThrow('no <feed>')
    expect(() => entriesFromJson('<html>')).toThrow('JSON')
    expect(entriesFromXml(xml(''))).toEqual([])
  })

  it('does not expand entities', () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>${xml(entry.replace('Line one', '&b;'))}`
    let text = ''
    try {
      text = entriesFromXml(bomb)[0]?.content ?? ''
    } catch {
      text = 'refused'
    }
    expect(text).not.toContain('aaaaaaaaaa')
  })

  it.each([
    [{}],
    [{ id: 'x', updated: '2026-11-20', rating: '3' }],
    [{ id: '1', updated: 'never', rating: '3' }],
    [{ id: '1', updated: '2026-11-20', rating: '9' }],
  ])('refuses %j', (raw) => {
    expect(() => toMention(raw, '42424242', 'us')).toThrow(/usable/)
  })
})
