import { expect, it } from 'vitest'
import { leaningOf, leaningsOf, suggestExclusions } from './suggestExclusions.ts'

const switches = { fold: true, stem: true }
const animals = ['lion', 'bear', 'otter', 'heron', 'seal', 'wolf', 'crane', 'ibis', 'tapir']
const problems = ['login', 'invoice', 'sync', 'export', 'battery', 'keyboard', 'update']
const said = (text: string, handle: string, host = 'social.example') => ({
  text,
  lang: 'en',
  author: [handle],
  url: `https://${host}/1`,
})
/** Twelve people called not relevant, nine of them about a zoo; 210 were kept. */
const rejected = [
  ...animals.map((animal, i) => {
    const shown = [`the lumen zoo has a new ${animal}`, `a ${animal} was born in lumen zoo`, `zoo lumen, ${animal}!`]
    return said(shown[i % 3] ?? '', `visitor${i}`)
  }),
  ...[0, 1, 2].map((i) => said(`lumen is a unit of light number ${i}`, 'physicist')),
]
const kept = Array.from({ length: 210 }, (_, i) =>
  said(`the ${problems[i % 7]} of lumen has been slow since the ${problems[(i * 3) % 7]} came`, `user${i}`),
)

it('finds the word and the author that rejected matches share, with counts of what each hits', () => {
  const found = suggestExclusions(switches, rejected, kept)
  const zoo = found.find((one) => one.text.includes('zoo'))
  expect(zoo).toMatchObject({ rejected: 9, rejectedOf: 12, kept: 0, keptOf: 210 })
  expect(found.every((one) => one.kept / one.keptOf < one.rejected / one.rejectedOf)).toBe(true)
  // What both sides share says nothing: the brand, the articles, the network.
  for (const text of ['lumen', 'the', 'has', 'since', 'site:social.example'])
    expect(found.map((one) => one.text)).not.toContain(text)
  const sites = suggestExclusions(
    switches,
    kept.slice(0, 9).map((one) => said(one.text, one.author[0] ?? '', 'spam.example')),
    kept,
  )
  expect(sites.map((one) => one.text)).toContain('site:spam.example')
})

it('suggests nothing from too little: one rejection, nothing kept to compare with, or no difference', () => {
  expect(suggestExclusions(switches, rejected.slice(0, 1), kept)).toEqual([])
  expect(suggestExclusions(switches, rejected, [])).toEqual([])
  expect(suggestExclusions(switches, [], kept)).toEqual([])
  expect(suggestExclusions(switches, kept.slice(0, 100), kept.slice(100))).toEqual([])
})

it('puts what looks like the kept ones before what looks rejected', () => {
  const leanings = leaningsOf(rejected, kept)
  const good = said('the zoo page of lumen has been slow since the login came', 'u')
  const bad = said('lumen zoo has a new wolf', 'v')
  expect(leaningOf(good, leanings)).toBeLessThan(leaningOf(bad, leanings))
})
