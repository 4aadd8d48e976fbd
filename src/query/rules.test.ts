/* oxlint-disable vitest/no-conditional-expect -- parse results are narrowed before they are looked at; requireAssertions guards empty runs */
import { describe, expect, it } from 'vitest'
import type { MatchDocument } from './document.ts'
import { prepareDocument } from './document.ts'
import { evaluate } from './evaluate.ts'
import { createMatcher } from './matcher.ts'
import type { ParseOptions } from './parse.ts'
import { parseQuery } from './parse.ts'
import { referenceMatch } from './reference.ts'
import { traceMatch, whyNot } from './trace.ts'

type Case = [query: string, document: string | MatchDocument, expected: boolean, options?: ParseOptions]
const asGiven: ParseOptions = { fold: false, stem: false }

/** Every rule id of the language with what it decides. All three evaluators must agree with it. */
const RULES: Record<string, Case[]> = {
  T1: [
    ['été', 'un e\u0301te\u0301', true, asGiven],
    ['e\u0301te\u0301', 'un été', true, asGiven],
    ['et', 'e\u0301t', false, asGiven],
  ],
  T2: [
    ["don't", 'don t', true],
    ['3.5', 'version 3/5', true],
    ['acme.example', 'acme example', true],
    ['a_b', 'a b', false],
    ['acme.example', 'example acme', false],
  ],
  T3: [
    ['東京', '私は東京です', true],
    ['東京', '京東', false],
    ['東京', '#東京', true],
    ['ไทย', 'ภาษาไทย', true],
    ['カ', 'カタカナ', true],
  ],
  T4: [
    ['acme', '#acme', true],
    ['acm*', '@acme', true],
    ['"hello acme"', 'hello @acme', true],
    ['#acme', 'acme', false],
    ['#acme', '@acme', false],
    ['@acme', 'info@acme.example', false],
    ['$5', 'it is 5', true],
    ['tag:acme', '#Acme', true],
    ['mentions:acme', '@ACME', true],
    ['$acme', 'buy $ACME now', true],
    ['#1', '1', true],
  ],
  T5: [
    ['👍', 'ok 👍🏽', true],
    ['👍', 'ok 👍🏽', false, asGiven],
    ['❤️', '❤', true, asGiven],
    ['👨‍👩‍👧', '👨‍👩‍👧', true],
    ['👨', '👨‍👩‍👧', false],
    ['🇩🇪', '🇩🇪', true],
    ['1️⃣', '1', false],
    ['"ok 👍 yes"', 'ok 👍 yes', true],
    ['"ok yes"', 'ok 👍 yes', false],
  ],
  T6: [['acme', 'see https://acme.example/x', true]],
  F1: [
    ['café', 'a cafe', true],
    ['cafe', 'a CAFÉ', true],
    ['cafe', 'a café', false, asGiven],
    ['CAFÉ', 'a café', true, asGiven],
  ],
  F2: [
    ['strasse', 'Straße STRAẞE', true],
    ['aether', 'Æther', true],
    ['oeuvre', 'œuvre', true],
    ['lodz', 'Łódź', true],
    ['thor', 'Þor', true],
    ['istanbul', 'İstanbul', true],
    ['ilik', 'ılık', true],
    ['σοφος', 'ΣΟΦΟΣ σοφός', true],
    ['dorde', 'Đorđe', true],
  ],
  F3: [
    ['елка', 'ёлка', true],
    ['мои', 'мой', false],
    ['שלום', 'שָׁלוֹם', true],
    ['محمد', 'مُحَمَّد', true],
    ['file', 'ﬁle', true],
    ['क', 'कि', false],
  ],
  Q2: [
    ['rock and roll', 'rock roll', false],
    ['"AND"', 'and', true],
    ['rock And roll', 'rock and roll', true],
  ],
  Q3: [
    ['a (b OR NOT c)', 'a', true],
    ['a (b OR NOT c)', 'a c', false],
    ['rating<=2', { text: '', rating: 1 }, true],
  ],
  Q4: [
    ['a -b', 'a', true],
    ['a -(b OR c)', 'a c', false],
    ['a-b', 'a b', true],
    ['a -"b c"', 'a b c', false],
    ['a -lang:en', { text: 'a', lang: 'de' }, true],
  ],
  N1: [
    ['a NEAR/3 a', 'a', false],
    ['a NEAR/3 a', 'a x a', true],
    ['"a b" NEAR/3 b', 'a b', false],
  ],
  N2: [
    ['a NEAR/0 b NEAR/1 c', 'c x a b', true],
    ['(a NEAR/0 b) NEAR/0 c', 'a b c', true],
    ['a NEAR/1 (b NEAR/1 c)', 'a x x b c', false],
    ['a NEAR/2f b', 'b a', false],
    ['a NEAR/2f b', 'a x x b', true],
    ['a NEAR/2 b', 'a x x x b', false],
  ],
  N3: [
    ['(a OR b) NEAR/1 (c OR d)', 'd x b', true],
    ['title:(a NEAR/2 b)', { text: 'a b', title: 'a' }, false],
    ['acm* NEAR/1 #x', '#x acme', true],
  ],
  N4: [['a NEAR/3F b', 'a b', true]],
  P1: [
    ['"great service"', 'great,\nservice', true],
    ['great NEAR/0 service', 'great... service', true],
  ],
  P2: [
    ['"a b"~1', 'b x a', true],
    ['"a b"~1', 'b x x a', false],
    ['"a a"~1', 'a', false],
    ['"a b c"~0', 'c a b', true],
  ],
  P3: [
    ['"C++"', 'c', true],
    ['"a OR b"', 'a or b', true],
    ['"great serv*"', 'great services', true],
  ],
  W1: [
    ['acm*', 'acme', true],
    ['acme*', 'acme', true],
    ['#ac*', '#acme', true],
    ['#ac*', 'acme', false],
    ['wo?d', 'word', true],
    ['wo?d', 'wod', false],
    ['wor?', 'word', true],
  ],
  A1: [
    ['author:ada', { text: '', author: '@Ada' }, true],
    ['author:@ada', { text: '', author: 'ada' }, true],
    ['author:"ada ex*"', { text: '', author: 'Ada Example' }, true],
    ['author:ada', { text: '', author: 'Ada Example' }, false],
    ['ada', { text: 'x', author: 'ada' }, false],
  ],
  A2: [
    ['lang:en', { text: '', lang: 'en-GB' }, true],
    ['lang:en-GB', { text: '', lang: 'en' }, false],
    ['lang:en-gb', { text: '', lang: 'en-GB' }, true],
  ],
  A3: [
    ['rating<=2', 'a', false],
    ['a -rating<=2', 'a', true],
  ],
  A4: [
    ['rating:2..3', { text: '', rating: 3 }, true],
    ['rating:2..3', { text: '', rating: 3.5 }, false],
    ['rating=3', { text: '', rating: 3 }, true],
    ['rating>3.5', { text: '', rating: 4 }, true],
  ],
  A5: [
    ['title:a b', { title: 'a', text: 'b' }, true],
    ['title:(a b)', { title: 'a', text: 'b' }, false],
    ['title:"a b"', { title: 'a', text: 'b' }, false],
    ['body:a', { title: 'a', text: 'b' }, false],
  ],
  A6: [['source:whatever', { text: '', source: 'Whatever' }, true]],
  C1: [
    ['case:"NASA"', 'nasa', false],
    ['case:"NASA"', 'the NASA', true],
    ['case:"Big Apple"', 'the Big, Apple', true],
  ],
  C2: [
    ['raw:"C++"', 'I like C++!', true],
    ['raw:"cm"', 'acme', true],
    ['raw:"CM"', 'acme', false],
    ['raw:"é"', 'e\u0301', true],
  ],
  stemming: [
    ['refund', 'two refunds', true],
    ['refund', 'two refunds', false, asGiven],
    ['häuser', { text: 'ein haus', lang: 'de' }, true],
    ['refunds', { text: 'refund', lang: 'ja' }, false],
  ],
  across: [
    ['"a b"', { title: 'a', text: 'b' }, false],
    ['a NEAR/5 b', { title: 'a', text: 'b' }, false],
    ['a b', { title: 'a', text: 'b' }, true],
  ],
  links: [
    ['links:acme.example/x', 'see https://www.acme.example/x?y=1', true],
    ['links:acme.example', 'see https://notacme.example/', false],
    ['site:reddit.com/r/foo', { text: '', url: 'https://www.reddit.com/r/foo/comments/1' }, true],
    ['site:reddit.com/r/foo', { text: '', url: 'https://reddit.com/r/foobar' }, false],
  ],
  dates: [
    ['date:2026-01-31', { text: '', date: '2026-01-31T23:59:59Z' }, true],
    ['before:2026-01-31', { text: '', date: '2026-01-31T00:00:00Z' }, false],
  ],
}

function read(text: string, options: ParseOptions = {}) {
  const parsed = parseQuery(text, { mode: 'view', ...options })
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error}`)
  return parsed.query
}

describe('the rules of the language', () => {
  for (const [rule, cases] of Object.entries(RULES)) {
    it(`${rule}: ${cases.map(([query]) => query).join('  ')}`, () => {
      for (const [text, given, expected, options] of cases) {
        const document: MatchDocument = typeof given === 'string' ? { text: given } : given
        const query = read(text, options)
        const label = `${text} in ${JSON.stringify(document)}`
        expect(evaluate(query, prepareDocument(document)), label).toBe(expected)
        const matcher = createMatcher()
        matcher.add('q', query)
        expect(matcher.match(document), `matcher: ${label}`).toEqual(expected ? ['q'] : [])
        const simple = !/links:|site:|date:|before:|@ada|author:ada/.test(text)
        if (simple) expect(referenceMatch(query, document), `reference: ${label}`).toBe(expected)
        expect(whyNot(query, prepareDocument(document)).length === 0, `why not: ${label}`).toBe(expected)
      }
    })
  }
})

describe('faults', () => {
  const faults: [query: string, position: number, suggestion?: string][] = [
    ['', 0],
    ['  ', 2],
    ['a AND', 5],
    ['a OR ', 5],
    ['AND a', 0],
    ['a OR OR b', 5],
    ['(a', 0],
    ['(a (b)', 0],
    ['a ("b)', 3],
    ['a )', 2],
    ['()', 1],
    ['"++"', 0],
    ['a OR NOT b', 5],
    ['NOT (a NOT b)', 0],
    ['-a', 0],
    ['NOT NOT a', 4],
    ['a - b', 2, '-b'],
    ['a NEAR b', 2, 'NEAR/5'],
    ['a NEAR/51 b', 2, 'NEAR/50'],
    ['NOT a NEAR/2 b', 0, 'NOT (a NEAR/2 b)'],
    ['a NEAR/2 lang:en', 9],
    ['a NEAR/2 NOT b', 9],
    ['word~2', 4],
    ['(a b)~2', 5],
    ['"a"~', 3, '~3'],
    ['*foo', 0],
    ['f*o', 0],
    ['a*', 0],
    ['a?b', 0],
    ['lnag:en', 0, 'lang:en'],
    ['type:posts', 5, 'type:post'],
    ['https://acme.example', 0, '"https://acme.example"'],
    ['rating <= 2', 7, 'rating<=2'],
    ['rating: 4', 0, 'rating:4'],
    ['rating:abc', 7],
    ['case:NASA', 5, 'case:"NASA"'],
    ['regex:/a(/', 6],
    ['regex:/abc', 6],
    ['sentiment:negative', 0],
    ['👍 AND', 6],
  ]
  for (const [text, position, suggestion] of faults) {
    it(`names position ${position} in ${JSON.stringify(text)}`, () => {
      const parsed = parseQuery(text)
      expect(parsed.ok).toBe(false)
      if (parsed.ok) return
      expect(parsed.position).toBe(position)
      if (suggestion !== undefined) expect(parsed.suggestion).toBe(suggestion)
    })
  }
})

describe('the trace (E4)', () => {
  const spans = (text: string, document: MatchDocument) => {
    const found = traceMatch(read(text), prepareDocument(document))
    return found?.map(({ field, start, end, term }) => `${field} ${start}-${end} ${term}`)
  }

  it('names every leaf that made the match and nothing under NOT', () => {
    expect(spans('refund (acme OR zoo) -job', { text: 'Acme refunds' })).toEqual(['text 0-4 acme', 'text 5-12 refund'])
    expect(spans('acme', { text: 'x' })).toBeUndefined()
  })

  it('counts UTF-16 units of the text as given', () => {
    expect(spans('été', { text: '👍 e\u0301te\u0301 x' })).toEqual(['text 3-8 été'])
    expect(spans('raw:"é"', { text: 'ae\u0301b' })).toEqual(['text 0-4 raw:"é"'])
  })

  it('keeps to the words of a NEAR that stand near', () => {
    expect(spans('a NEAR/1 b', { text: 'a x x x a b', title: 'b' })).toEqual(['text 8-9 a', 'text 10-11 b'])
  })

  it('says which part failed and why', () => {
    const why = (text: string, document: MatchDocument) =>
      whyNot(read(text), prepareDocument(document)).map(({ term, reason }) => `${term} ${reason}`)
    expect(why('acme refund -zoo', { text: 'acme zoo' })).toEqual(['refund missing', 'zoo excluded'])
    expect(why('a NEAR/1 b', { text: 'a x x b' })).toEqual(['a NEAR/1 b apart'])
  })
})
