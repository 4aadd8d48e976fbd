import { describe, expect, it } from 'vitest'
import { readFileSync } from 'node:fs'
import { sharedPath } from '../../test/helpers/shared.ts'
import { parseMentionFile } from './parseMentionFile.ts'

const bytes = (text: string, encoding: BufferEncoding = 'utf8') => new Uint8Array(Buffer.from(text, encoding))
const play = `Package Name,App Version Name,Reviewer Language,Device,Review Submit Date and Time,Review Submit Millis Since Epoch,Star Rating,Review Title,Review Text,Developer Reply Millis Since Epoch,Developer Reply Text,Review Link
com.acme,2.1,de,pixel,2026-11-01T10:00:00Z,1793527200000,2,,"Stürzt ab, ""immer"" 😀
zweite Zeile",1793530800000,Danke,https://play.google.com/store/apps/details?id=com.acme&reviewId=gp%3AAOq
`

describe('parseMentionFile', () => {
  it('reads a Google Play export in UTF-16 with a mark', () => {
    const { items, errors } = parseMentionFile(bytes(`\ufeff${play}`, 'utf16le'), 'reviews_com.acme_202611.csv')
    expect(errors).toEqual([])
    expect(items).toMatchObject([
      {
        externalId: 'gp:AOq',
        kind: 'review',
        text: 'Stürzt ab, "immer" 😀\nzweite Zeile',
        lang: 'de',
        createdAt: 1_793_527_200_000,
        review: {
          subject: { kind: 'product', id: 'com.acme' },
          rating: { raw: 2, best: 5, worst: 1, kind: 'stars' },
          version: '2.1',
          ownerReply: { text: 'Danke', at: 1_793_530_800_000, state: 'live' },
        },
      },
    ])
  })

  it.each([[','], [';'], ['\t'], ['|']])('finds the delimiter %j and the columns by their many names', (delimiter) => {
    const table = [
      ['Post ID', 'User Name', 'Full-Text', 'Published At', 'Likes'],
      ['7', '@ann', 'hello', '2026-11-01', '3'],
    ]
    const { items, errors } = parseMentionFile(bytes(table.map((row) => row.join(delimiter)).join('\r\n')), 'x.csv')
    expect(errors).toEqual([])
    expect(items).toMatchObject([
      {
        externalId: '7',
        author: { handle: 'ann' },
        text: 'hello',
        createdAt: Date.UTC(2026, 10, 1),
        metrics: { likes: 3 },
        kind: 'post',
      },
    ])
  })

  it('loses only the broken rows and says where they are', () => {
    const text =
      'id,text,created_at\n1,one,2026-11-01\n2,"two,2026-11-01\n3,three,2026-11-01\n4,four,yesterday\n5,a,b,c,d\n6,six,2026-11-01\n'
    const { items, errors } = parseMentionFile(bytes(text), 'x.csv')
    expect(items.map(({ externalId }) => externalId)).toEqual(['1', '3', '6'])
    expect(errors.map(({ line }) => line)).toEqual([3, 5, 6])
    expect(errors[0]?.error).toContain('never closed')
    expect(errors[1]?.error).toContain('createdAt')
    expect(errors[2]?.error).toContain('5 cells')
  })

  it('reads JSON lines and JSON lists, and keeps the good lines', () => {
    const line = '{"externalId":9,"text":"x","createdAt":1793527200,"author":"ann"}'
    const { items, errors } = parseMentionFile(bytes(`${line}\nnot json\n\n{"text":"no time"}\n`), 'x.jsonl')
    expect(items).toMatchObject([
      { externalId: '9', createdAt: 1_793_527_200_000, author: { externalId: 'ann', handle: 'ann' } },
    ])
    expect(errors).toEqual([
      { line: 2, error: 'This line is not JSON.' },
      { line: 4, error: 'createdAt: is missing' },
    ])
    expect(parseMentionFile(bytes(`[${line},${line}]`), 'x.json').items).toHaveLength(2)
  })

  it('gives a record without an id the same id every time', () => {
    const ids = () =>
      parseMentionFile(bytes('text,date,author\na,2026-11-01,x\nb,2026-11-01,x\n'), 'x.csv').items.map(
        ({ externalId }) => externalId,
      )
    expect(ids()).toEqual(ids())
    expect(new Set(ids()).size).toBe(2)
  })

  it.each([
    ['', /empty/],
    ['\u0000\u0001\u0002\u0003', /header|text/],
    ['a,b,c\n1,2,3', /no column/],
    ['{"text":', /not JSON/],
    ['"', /quote/],
    ['<html><body>x</body></html>', /no column/],
  ])('says what is wrong with %j', (text, error) => {
    expect(parseMentionFile(bytes(text), 'x.csv').errors[0]?.error).toMatch(error)
  })

  it('brings every naughty string through unchanged but for white space at the ends', () => {
    const file = sharedPath('corpora/blns/blns.json')
    const strings: string[] = file ? JSON.parse(readFileSync(file, 'utf8')) : ['no corpus']
    const rows = strings.map(
      (text, index) => `${index},"${text.replaceAll('"', '""')}","${text.replaceAll('"', '""')}",2026-11-01,x`,
    )
    const { items, errors } = parseMentionFile(bytes(`id,text,title,created_at,author\n${rows.join('\n')}\n`), 'x.csv')
    const clean = (text: string) => text.replaceAll('\u0000', '').toWellFormed().trim()
    expect(items.length + errors.length).toBe(strings.length)
    for (const item of items) expect(item.text).toBe(clean(strings[Number(item.externalId)] ?? ''))
    for (const { error } of errors) expect(error).toBe('text: is missing')
  })
})
