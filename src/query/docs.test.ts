/* oxlint-disable vitest/no-conditional-expect -- parse results are narrowed before they are looked at; requireAssertions guards empty runs */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { MatchDocument } from './document.ts'
import { prepareDocument } from './document.ts'
import { evaluate } from './evaluate.ts'
import { FIELDS } from './fields.ts'
import { parseQuery } from './parse.ts'

const page = readFileSync(new URL('../../docs/query-language.md', import.meta.url), 'utf8')
const rows = [...page.matchAll(/^\| ([^|]+) \| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$/gm)]
const asDocument = (cell: string): MatchDocument =>
  cell.startsWith('{') ? (JSON.parse(cell) as MatchDocument) : { text: cell }

describe('the reference page', () => {
  for (const [, operator = '', query = '', yes = '', no = ''] of rows) {
    it(`${operator}: ${query}`, () => {
      const parsed = parseQuery(query, { mode: 'view' })
      expect(parsed.ok).toBe(true)
      if (!parsed.ok) return
      expect(evaluate(parsed.query, prepareDocument(asDocument(yes.trim())))).toBe(true)
      expect(evaluate(parsed.query, prepareDocument(asDocument(no.trim())))).toBe(false)
    })
  }

  it('has an example for every field', () => {
    for (const name of Object.keys(FIELDS)) expect(page, name).toMatch(new RegExp(`\\\`${name}[:<>]`))
  })
})
