import { describe, expect, it } from 'vitest'
import { ratingUnit } from '../../src/domain/mention.ts'
import { plainFromBbcode } from './bbcode.ts'
import { toMention } from './map.ts'

const raw = {
  recommendationid: '190123456789',
  author: { steamid: '76561198000000001', num_games_owned: 3, personaname: 'Ann ✨' },
  language: 'schinese',
  review:
    '[h1]Great[/h1][list][*]one[*]two[/list][url=https://x.example]link[/url] [b]a[i]b[/i][/b] [unknown] [noparse][b]x[/b][/noparse]',
  timestamp_created: 1_700_000_000,
  timestamp_updated: 1_700_000_500,
  voted_up: false,
  votes_up: 2,
  weighted_vote_score: '0.5',
  comment_count: 0,
  steam_purchase: true,
  developer_response: 'Thanks [b]a lot[/b]',
  timestamp_dev_responded: 1_700_000_900,
}

describe('Steam reviews', () => {
  it('maps thumb, language, purchase and the answer of the developer', () => {
    const item = toMention(raw, '620')
    expect(item).toMatchObject({
      externalId: '190123456789',
      kind: 'review',
      lang: 'zh-Hans',
      createdAt: 1_700_000_000_000,
      editedAt: 1_700_000_500_000,
      author: { externalId: '76561198000000001', name: 'Ann ✨' },
      review: {
        subject: { kind: 'game', id: '620' },
        verifiedPurchase: true,
        ownerReply: { text: 'Thanks a lot', at: 1_700_000_900_000, state: 'live' },
      },
    })
    expect(ratingUnit(item.review?.rating)).toBe(0)
    expect(item.text).toBe('Great\n\n- one\n- two\nlink ab [unknown] [b]x[/b]')
  })

  it.each([[{}], [{ ...raw, author: {} }], [{ ...raw, timestamp_created: 0 }], [{ ...raw, voted_up: 'yes' }], [null]])(
    'refuses %j',
    (bad) => {
      expect(() => toMention(bad, '620')).toThrow(/invalid|expected/i)
    },
  )

  it('leaves unknown languages to the detection, also hostile ones', () => {
    expect(toMention({ ...raw, language: 'klingon' }, '1').lang).toBeUndefined()
    expect(toMention({ ...raw, language: '__proto__' }, '1').lang).toBeUndefined()
  })

  it('reads broken markup as text', () => {
    expect(plainFromBbcode('[b]open [url=[url= [/quote] [')).toBe('open [url=[url=\n [')
    expect(plainFromBbcode('[noparse]'.repeat(2000)).length).toBeLessThan(20_000)
  })
})
