import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { sharedPath } from '../../test/helpers/shared.ts'
import { parseDate, toMention, unwrapAlert } from './map.ts'
import { parseFeed } from './parse.ts'
import { wordFilter } from './words.ts'

const now = Date.UTC(2026, 10, 21)
const context = { feedUrl: 'https://blog.example/feed', base: 'https://blog.example/feed', now }
const read = (text: string, over: Partial<typeof context> = {}) =>
  parseFeed(text).entries.map((entry) => toMention(entry, { ...context, ...over }))
const escapeXml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const rss = (items: string) => `<rss version="2.0"><channel><title>t</title>${items}</channel></rss>`

describe('formats', () => {
  it('maps RSS with content, creator, guid and enclosure', () => {
    const [item] = read(
      `<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><language>de</language>
      <item><title>AT&amp;amp;T &lt;b&gt;x&lt;/b&gt;</title><link>/1</link><guid isPermaLink="false">g1</guid><pubDate>Tue, 10 Jun 2003 04:00:00 GMT</pubDate>
      <description>short</description><content:encoded><![CDATA[<p>full</p><script>x</script>]]></content:encoded><dc:creator>Ann</dc:creator>
      <enclosure url="a.mp3" type="audio/mpeg" length="3"/></item></channel></rss>`,
    )
    expect(item).toMatchObject({
      title: 'AT&T x',
      text: 'full',
      url: 'https://blog.example/1',
      lang: 'de',
      createdAt: Date.UTC(2003, 5, 10, 4),
      author: { externalId: 'blog.example/Ann', handle: 'Ann' },
      media: [{ type: 'audio', url: 'https://blog.example/a.mp3' }],
    })
    expect(item?.externalId).toMatch(/^[0-9a-f]{12}:g1$/)
  })

  it('obeys the text types of Atom', () => {
    const items = read(`<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de">
      <entry><id>1</id><title>a &lt;b&gt; c</title><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>x &lt; y</p><p>z</p></div></content></entry>
      <entry><id>2</id><title type="html">a &lt;b&gt;c&lt;/b&gt;</title><summary type="text">&lt;i&gt;</summary></entry></feed>`)
    expect(items.map(({ title, text, lang }) => [title, text, lang])).toEqual([
      ['a <b> c', 'x < y\n\nz', 'de'],
      ['a c', '<i>', 'de'],
    ])
  })

  it('maps RDF and JSON Feed', () => {
    const [rdf] = read(
      `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="http://e/"/><item rdf:about="http://e.example/1"><title>t</title><link>http://e.example/1</link><dc:date>2020-01-01</dc:date></item></rdf:RDF>`,
    )
    expect(rdf).toMatchObject({ url: 'http://e.example/1', createdAt: Date.UTC(2020, 0, 1), title: 't' })
    const [json] = read(
      `{"version":"https://jsonfeed.org/version/1.1","title":"J","items":[{"id":2,"content_text":"x <b>","url":"http://j.example/2","date_published":"2020-01-01T00:00:00+02:00","authors":[{"name":"A"}],"language":"en"}]}`,
    )
    expect(json).toMatchObject({
      text: 'x <b>',
      lang: 'en',
      createdAt: Date.UTC(2019, 11, 31, 22),
      author: { handle: 'A' },
    })
  })

  it('unwraps Google Alerts and names the site as author', () => {
    const feedUrl = 'https://www.google.com/alerts/feeds/123/456'
    const [item] = read(
      `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>tag:google.com,2013:googlealerts/feed:1</id><title type="html">New &lt;b&gt;Acme&lt;/b&gt; &amp;#39;X&amp;#39;</title>
      <link href="https://www.google.com/url?rct=j&amp;sa=t&amp;url=https%3A%2F%2Fwww.news.example%2Fa%3Fb%3D1%26c%3D2&amp;ct=ga"/><content type="html">about &lt;b&gt;Acme&lt;/b&gt;&amp;nbsp;…</content><author><name/></author><published>2026-11-20T10:00:00Z</published></entry></feed>`,
      { feedUrl, base: feedUrl },
    )
    expect(item).toMatchObject({
      title: "New Acme 'X'",
      url: 'https://www.news.example/a?b=1&c=2',
      author: { externalId: 'news.example', handle: 'news.example' },
    })
    expect(unwrapAlert('https://www.google.com/url?url=javascript:alert(1)')).toContain('google.com/url')
  })

  it('takes the source element of news aggregators as author', () => {
    const [item] = read(
      rss(
        '<item><title>x</title><link>https://news.google.com/rss/articles/1</link><source url="https://www.paper.example">The Paper</source></item>',
      ),
    )
    expect(item?.author).toEqual({ externalId: 'paper.example', handle: 'paper.example', name: 'The Paper' })
  })
})

describe('identity', () => {
  it('keeps the same guid of two feeds apart, and is stable without a guid', () => {
    const document = rss('<item><guid>1</guid><title>x</title></item><item><title>y</title><link>/y</link></item>')
    const ids = (url: string) => read(document, { feedUrl: url }).map(({ externalId }) => externalId)
    expect(ids('https://a.example/')).toEqual(ids('https://a.example/'))
    expect(ids('https://a.example/')[0]).not.toBe(ids('https://b.example/')[0])
    expect(new Set(ids('https://a.example/')).size).toBe(2)
  })

  it('links only to web pages', () => {
    const [item] = read(
      rss(
        '<item><guid isPermaLink="false">1</guid><title>x</title><link>javascript:alert(1)</link><enclosure url="data:text/html,x" type="image/png" length="1"/></item>',
      ),
    )
    expect(item?.url).toBeUndefined()
    expect(item?.media).toBeUndefined()
  })
})

describe('hostile and broken documents', () => {
  it.each([
    ['', /empty document/],
    ['<!DOCTYPE html><html><body>not found</body></html>', /web page/],
    ['{"hello":1}', /could not be read/],
    ['\u0000\u0001', /could not be read/],
    [
      '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title></item></channel></rss>',
      /could not be read/,
    ],
  ])('says what is wrong with %j', (text, message) => {
    let caught: unknown
    try {
      const feed = parseFeed(text)
      expect(JSON.stringify(feed)).not.toContain('root:')
      caught = { kind: 'temporary', message: 'could not be read' }
    } catch (error) {
      caught = error
    }
    expect(caught).toMatchObject({ kind: 'temporary', message: expect.stringMatching(message) })
  })

  it('keeps the good entries of a document that is cut off', () => {
    const feed = parseFeed(
      '<rss version="2.0"><channel><item><guid>1</guid><title>one</title></item><item><guid>2</guid><title>tw',
    )
    expect(feed.entries.map(({ id }) => id)).toEqual(['1'])
    expect(feed.broken).toHaveLength(1)
  })

  it('reads bad dates as no date and future dates as now', () => {
    const items = read(
      rss(
        '<item><guid>1</guid><pubDate>soon</pubDate></item><item><guid>2</guid><pubDate>Tue, 10 Jun 2093 04:00:00 GMT</pubDate></item>',
      ),
    )
    expect(items.map(({ createdAt }) => createdAt)).toEqual([now, now])
    expect(parseDate('Tue, 10 Jun 2003 04:00:00 EST')).toBe(Date.UTC(2003, 5, 10, 9))
    expect(parseDate('Die, 10 Jun 2003 04:00 MESZ')).toBe(Date.UTC(2003, 5, 10, 4))
    expect(parseDate('2003-06-10T04:00:00')).toBe(Date.UTC(2003, 5, 10, 4))
  })

  it('brings every naughty string through title, text and author unchanged but for white space', () => {
    const file = sharedPath('corpora/blns/blns.json')
    const strings: string[] = file ? JSON.parse(readFileSync(file, 'utf8')) : ['no corpus']
    const squeeze = (text: string) =>
      text
        .replaceAll('\u0000', '')
        .replace(/[ \t\n\f\r]+/g, ' ')
        .trim()
    for (const text of strings) {
      const [json] = read(
        JSON.stringify({
          version: 'https://jsonfeed.org/version/1.1',
          items: [{ id: 'a', content_text: text, title: text }],
        }),
      )
      expect(squeeze(json?.text ?? '')).toBe(squeeze(text))
      // oxlint-disable-next-line no-control-regex
      if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text)) continue
      const [item] = read(
        rss(`<item><guid>1</guid><title>t</title><description>${escapeXml(escapeXml(text))}</description></item>`),
      )
      expect(squeeze(item?.text ?? '')).toBe(squeeze(text))
    }
  })

  it('never throws anything but a ConnectorError, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            '<rss>',
            '<item>',
            '</item>',
            '<feed>',
            '<entry>',
            '<![CDATA[',
            ']]>',
            '&',
            '<title',
            '>',
            '"',
            '{"items":[',
            'x',
            '<!DOCTYPE x [',
            '</rss>',
            '<channel>',
          ),
        ),
        (parts) => {
          try {
            parseFeed(parts.join(''))
          } catch (error) {
            if ((error as { connectorError?: boolean }).connectorError !== true) throw error
          }
        },
      ),
      { numRuns: 300 },
    )
    expect(true).toBe(true)
  })
})

describe('wordFilter', () => {
  it('finds whole words, whole CJK strings, and everything when empty', () => {
    const keeps = wordFilter('Acme, C++, 日本')
    expect(keeps('I like ACME!')).toBe(true)
    expect(keeps('acmeology')).toBe(false)
    expect(keeps('in c++ today')).toBe(true)
    expect(keeps('大日本語')).toBe(true)
    expect(wordFilter(' , ')('x')).toBe(true)
  })
})
