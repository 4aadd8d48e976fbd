import fc from 'fast-check'
import { expect, it } from 'vitest'
import { spansOf } from './spans.ts'

it('joins to the same text, whatever the marks', () => {
  const mark = fc.record({ start: fc.integer({ min: -5, max: 60 }), end: fc.integer({ min: -5, max: 60 }) })
  fc.assert(
    fc.property(fc.string({ maxLength: 50, unit: 'binary' }), fc.array(mark, { maxLength: 5 }), (text, marks) => {
      expect(
        spansOf(text, marks, true)
          .map((span) => span.text)
          .join(''),
      ).toBe(text)
    }),
  )
})

it('marks what matched and links what is an address, also where both meet', () => {
  expect(spansOf('see https://acme.example now', [{ start: 12, end: 16 }], true)).toEqual([
    { text: 'see ' },
    { text: 'https://', href: 'https://acme.example' },
    { text: 'acme', mark: true, href: 'https://acme.example' },
    { text: '.example', href: 'https://acme.example' },
    { text: ' now' },
  ])
})

it('links only http and https', () => {
  expect(spansOf('javascript:alert(1) data:text/html,x', [], true)).toEqual([
    { text: 'javascript:alert(1) data:text/html,x' },
  ])
})
