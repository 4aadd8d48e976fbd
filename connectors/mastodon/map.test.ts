import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { sharedPath } from '../../test/helpers/shared.ts'
import { parseNotification, toMention } from './map.ts'
import { withMention } from './reply.ts'

const context = { domain: 'social.example', notified: false, connected: true, meId: '1' }
const post = {
  id: '0199-ULID',
  uri: 'https://far.example/users/ann/statuses/9',
  url: 'https://far.example/@ann/9',
  created_at: '2026-11-01T10:00:00.000Z',
  edited_at: null,
  account: {
    id: '5',
    acct: 'Ann@far.example',
    display_name: 'Ann :verified:',
    url: 'https://far.example/@ann',
    avatar: 'https://far.example/a.png',
    note: '<p>Baker &amp; <a href="https://ann.example">site</a></p>',
    followers_count: 12,
    bot: false,
    fields: [
      { value: '<a href="https://ann.example/?a=1&amp;b=2" rel="me">x</a>', verified_at: '2026-01-01T00:00:00Z' },
      { value: '<a href="https://bank.example">x</a>', verified_at: null },
    ],
  },
  content:
    '<p>Hi <span class="h-card"><a href="https://social.example/@brand">@<span>brand</span></a></span><br>see <a href="https://x.example/a/b"><span class="invisible">https://</span><span class="ellipsis">x.example/a</span><span class="invisible">/b</span></a></p><script>alert(1)</script>',
  spoiler_text: 'food',
  visibility: 'private',
  language: 'de',
  in_reply_to_id: null,
  mentions: [],
  media_attachments: [
    { type: 'image', url: 'https://far.example/1.png', description: 'a cake' },
    { type: 'gifv', url: null, remote_url: 'https://far.example/2.mp4' },
    { type: 'image', url: 'javascript:alert(1)' },
  ],
  favourites_count: 3,
  replies_count: 0,
  reblogs_count: 1,
}

describe('Mastodon posts', () => {
  it('maps text, author, verified links, media and visibility', () => {
    expect(toMention(post, context)).toMatchObject({
      externalId: '0199-ULID',
      uri: post.uri,
      kind: 'post',
      title: 'food',
      text: 'Hi @brand\nsee https://x.example/a/b',
      author: {
        externalId: 'ann@far.example',
        handle: 'Ann@far.example',
        bio: 'Baker & site',
        verifiedUrls: ['https://ann.example/?a=1&b=2'],
      },
      media: [
        { type: 'image', url: 'https://far.example/1.png', alt: 'a cake' },
        { type: 'video', url: 'https://far.example/2.mp4' },
      ],
      visibility: 'followers',
      replyTo: { visibility: 'private', spoiler: 'food', language: 'de', connected: true },
    })
  })

  it('takes ids as they are, also with times and slashes', () => {
    const id = '2026-11-21T20:01:45.044Z/mention/01a1'
    expect(parseNotification({ id, type: 'mention', status: post }).id).toBe(id)
  })

  it.each([[null], [{}], [{ ...post, created_at: 'yesterday' }], [{ ...post, id: 7 }], [{ ...post, account: null }]])(
    'refuses %j',
    (raw) => {
      expect(() => toMention(raw, context)).toThrow(/usable|nvalid|xpected/)
    },
  )

  it('hands out web addresses only', () => {
    const item = toMention(
      { ...post, url: 'javascript:alert(1)', account: { ...post.account, url: 'data:x', avatar: 'x' } },
      context,
    )
    expect(item.url).toBeUndefined()
    expect(item.author.url).toBeUndefined()
    expect(item.author.avatarUrl).toBeUndefined()
  })

  it('brings every naughty string through content and name', () => {
    const file = sharedPath('corpora/blns/blns.json')
    const strings: string[] = file ? JSON.parse(readFileSync(file, 'utf8')) : ['no corpus']
    const squeeze = (text: string) =>
      text
        .replaceAll('\u0000', '')
        .toWellFormed()
        .replace(/[ \t\n\f\r]+/g, ' ')
        .trim()
    for (const text of strings) {
      const html = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
      const item = toMention(
        { ...post, content: `<p>${html}</p>`, account: { ...post.account, display_name: text } },
        context,
      )
      expect(squeeze(item.text)).toBe(squeeze(text))
      expect(squeeze(item.author.name ?? '')).toBe(squeeze(text))
    }
  })
})

describe('withMention', () => {
  it.each([
    ['Thanks!', '@ann@far.example Thanks!'],
    ['@ann@far.example Thanks!', '@ann@far.example Thanks!'],
    ['Thanks @Ann@FAR.example', 'Thanks @Ann@FAR.example'],
    ['@ann@far.example.org no', '@ann@far.example @ann@far.example.org no'],
    ['mail x@ann@far.example', '@ann@far.example mail x@ann@far.example'],
  ])('%j is sent as %j', (text, sent) => {
    expect(withMention(text, 'ann@far.example')).toBe(sent)
  })
})
