/* oxlint-disable vitest/no-conditional-expect -- parse results are narrowed before they are looked at; requireAssertions guards empty runs */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fold, plainForm } from '../text/fold.ts'
import { searchTokens } from '../text/searchTokens.ts'
import { tokenise } from '../text/tokenise.ts'
import { sameTree } from './ast.ts'
import type { MatchDocument } from './document.ts'
import { prepareDocument } from './document.ts'
import { evaluate } from './evaluate.ts'
import { explainQuery } from './explain.ts'
import { formatQuery } from './format.ts'
import { lintQuery } from './lint.ts'
import { createMatcher } from './matcher.ts'
import { parseQuery } from './parse.ts'
import type { FtsNode } from './plan.ts'
import { planSearch, toFts5, toTsquery } from './plan.ts'
import { fieldHolds } from './predicate.ts'
import { CAPABILITIES, pushDown } from './pushdown.ts'
import { randomMention, randomQuery, seeded } from './randomQueries.ts'
import { referenceMatch } from './reference.ts'
import { traceMatch } from './trace.ts'

const seeds = fc.integer({ min: 0, max: 2 ** 31 })

function queryFrom(seed: number) {
  const random = seeded(seed)
  const parsed = parseQuery(randomQuery(random), { fold: random() < 0.8, stem: random() < 0.8 })
  if (!parsed.ok) throw new Error(parsed.error)
  return parsed.query
}

describe('random queries', () => {
  it('match the same mentions in the percolator, the evaluation and the reference', () => {
    let matched = 0
    fc.assert(
      fc.property(seeds, seeds, (a, b) => {
        const query = queryFrom(a)
        const document = randomMention(seeded(b))
        const truth = referenceMatch(query, document)
        const matcher = createMatcher()
        matcher.add('q', query)
        expect(evaluate(query, prepareDocument(document))).toBe(truth)
        expect(matcher.match(document)).toEqual(truth ? ['q'] : [])
        expect(traceMatch(query, prepareDocument(document)) !== undefined).toBe(truth)
        if (truth) matched++
      }),
      { numRuns: 3_000 },
    )
    expect(matched).toBeGreaterThan(100)
  })

  it('come back from their canonical spelling as they were', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const query = queryFrom(seed)
        const again = parseQuery(formatQuery(query))
        expect(again.ok && sameTree(again.query.root, query.root)).toBe(true)
        expect(again.ok && formatQuery(again.query)).toBe(formatQuery(query))
      }),
      { numRuns: 2_000 },
    )
  })

  it('are found by the search plan, and by it alone where it says so', () => {
    let exactPlans = 0
    fc.assert(
      fc.property(seeds, seeds, (a, b) => {
        const query = queryFrom(a)
        const document = randomMention(seeded(b))
        const plan = planSearch(query)
        const isCandidate =
          (plan.fts === null || isFound(plan.fts, document)) &&
          plan.fields.every((leaf) => fieldHolds(leaf, document)) &&
          !plan.excludedFields.some((leaf) => fieldHolds(leaf, document))
        const truth = referenceMatch(query, document)
        if (truth) expect(isCandidate, `${query.text} ${JSON.stringify(document)}`).toBe(true)
        if (!plan.residual) expect(isCandidate, `${query.text} ${JSON.stringify(document)}`).toBe(truth)
        if (!plan.residual) exactPlans++
        if (plan.fts !== null) expect(`${toFts5(plan.fts)} ${toTsquery(plan.fts)}`).toMatch(/^[\w\s()"*&|!:<>-]+$/)
      }),
      { numRuns: 3_000 },
    )
    expect(exactPlans).toBeGreaterThan(100)
  })

  it('are never wrongly called always true or never true', () => {
    let verdicts = 0
    fc.assert(
      fc.property(seeds, seeds, (a, b) => {
        const random = seeded(a)
        const [x, y, z] = [randomQuery(random), randomQuery(random), randomQuery(random)]
        const shapes = [
          `(${x}) NOT (${x})`,
          `(${x}) ((${y}) OR NOT (${y}))`,
          `(${x}) OR ((${y}) NOT ((${y}) OR (${z})))`,
        ]
        const text = shapes[Math.floor(random() * shapes.length)] ?? x
        const parsed = parseQuery(text)
        if (!parsed.ok) return
        const { query } = parsed
        const document = prepareDocument(randomMention(seeded(b)))
        for (const { code, position } of lintQuery(query)) {
          if (code === 'never' && position === query.root.at.start && query.root.type === 'and') {
            verdicts++
            if (lintQuery(query).some((w) => w.message.startsWith('This query')))
              expect(evaluate(query, document)).toBe(false)
          }
        }
      }),
      { numRuns: 1_000 },
    )
    expect(verdicts).toBeGreaterThan(50)
  })

  it('can be explained, linted and pushed down without fault', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const query = queryFrom(seed)
        expect(explainQuery(query).term).toBe(formatQuery(query))
        for (const can of Object.values(CAPABILITIES)) {
          for (const search of pushDown(query, can).searches) expect(search.length).toBeLessThanOrEqual(can.maxLength)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('any text', () => {
  const anyText = fc.string({ unit: 'binary', maxLength: 60 })

  it('is read as a query or refused with a position inside it', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const parsed = parseQuery(text, { mode: 'view' })
        if (parsed.ok) {
          const again = parseQuery(formatQuery(parsed.query), { mode: 'view' })
          expect(again.ok && sameTree(again.query.root, parsed.query.root), text).toBe(true)
        } else {
          expect(parsed.position).toBeGreaterThanOrEqual(0)
          expect(parsed.position).toBeLessThanOrEqual(text.length)
        }
      }),
      { numRuns: 3_000 },
    )
  })

  it('has tokens in order that do not overlap, and folds to a fixed point', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        let end = 0
        for (const token of tokenise(text)) {
          expect(token.start).toBeGreaterThanOrEqual(end)
          expect(token.end).toBeGreaterThan(token.start)
          end = token.end
          expect(fold(fold(token.text))).toBe(fold(token.text))
          expect(plainForm(token.text.normalize('NFD'))).toBe(plainForm(token.text))
        }
        expect(searchTokens(text)).toMatch(/^([a-z0-9]+( [a-z0-9]+)*)?$/)
      }),
      { numRuns: 2_000 },
    )
  })
})

/** What a full-text index would answer: lexemes in order, one field at a time. */
function isFound(node: FtsNode, document: MatchDocument): boolean {
  const fields = [document.title ?? '', document.text].map((text) =>
    searchTokens(text, document.lang ?? undefined).split(' '),
  )
  const holds = (part: FtsNode): boolean => {
    switch (part.op) {
      case 'and':
        return part.of.every(holds)
      case 'or':
        return part.of.some(holds)
      case 'not':
        return !holds(part.of)
      case 'term':
        return fields.some((words) =>
          words.some((word) => (part.prefix ? word.startsWith(part.lexeme) : word === part.lexeme)),
        )
      default:
        return fields.some((words) =>
          words.some((_, at) => part.lexemes.every((lexeme, i) => words[at + i] === lexeme)),
        )
    }
  }
  return holds(node)
}
