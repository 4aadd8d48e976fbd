import { expect, it } from 'vitest'
import { excerptOf } from './excerpt.ts'

const joined = (text: string, start: number, end: number) => excerptOf(text, [{ start, end }])

it('shows the match with some text around it, marked', () => {
  const text = `${'word '.repeat(100)}needle ${'more '.repeat(100)}`
  const at = text.indexOf('needle')
  const spans = joined(text, at, at + 6)
  expect(spans.filter((span) => span.mark)).toEqual([{ text: 'needle', mark: true }])
  expect(spans[0]?.text).toBe('… ')
  expect(spans[1]?.text.startsWith('word ')).toBe(true)
  expect(spans.at(-1)?.text).toBe(' …')
})

it('leaves a short text whole, and one without a match at its beginning', () => {
  expect(joined('a needle', 2, 8)).toEqual([{ text: 'a ' }, { text: 'needle', mark: true }])
  expect(excerptOf('no match', [])).toEqual([{ text: 'no match' }])
})

it('cuts no character in two', () => {
  for (const lead of ['', 'x', 'xy ', 'a '.repeat(25)]) {
    const text = `${lead}${'😀'.repeat(400)}`
    const start = lead.length + 300
    for (const span of joined(text, start, start + 2)) expect(span.text.isWellFormed()).toBe(true)
  }
})
