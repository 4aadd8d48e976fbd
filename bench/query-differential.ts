// Percolator, AST evaluation and the naive reference on random pairs: `node bench/query-differential.ts [pairs] [seed]`.
import { isDeepStrictEqual } from 'node:util'
import { formatQuery } from '../src/query/format.ts'
import { sameTree } from '../src/query/ast.ts'
import type { Query } from '../src/query/ast.ts'
import { prepareDocument } from '../src/query/document.ts'
import { evaluate } from '../src/query/evaluate.ts'
import { createMatcher } from '../src/query/matcher.ts'
import { parseQuery } from '../src/query/parse.ts'
import { randomMention, randomQuery, seeded } from '../src/query/randomQueries.ts'
import { referenceMatch } from '../src/query/reference.ts'
import { traceMatch } from '../src/query/trace.ts'

const wanted = Number(process.argv[2] ?? 1_000_000)
const random = seeded(Number(process.argv[3] ?? 1))
const tally = { pairs: 0, matches: 0, differences: 0, refused: 0, roundTrips: 0 }

function report(kind: string, query: Query, document: unknown): void {
  tally.differences++
  if (tally.differences <= 20)
    console.log(JSON.stringify({ kind, query: query.text, fold: query.fold, stem: query.stem, document }))
}

function readQuery(): Query | undefined {
  const parsed = parseQuery(randomQuery(random), { fold: random() < 0.8, stem: random() < 0.8 })
  if (!parsed.ok) {
    tally.refused++
    if (tally.refused <= 5) console.log(JSON.stringify(parsed))
    return undefined
  }
  const again = parseQuery(formatQuery(parsed.query))
  if (!again.ok || !sameTree(again.query.root, parsed.query.root))
    report('round trip', parsed.query, formatQuery(parsed.query))
  else tally.roundTrips++
  return parsed.query
}

// Queries come and go while documents pass, so that live edits are part of what is compared.
const matcher = createMatcher()
const live = new Map<string, Query>()
for (let round = 0; tally.pairs < wanted; round++) {
  for (let i = 0; i < 20; i++) {
    const query = readQuery()
    if (query === undefined) continue
    const id = `q${Math.floor(random() * 100)}`
    matcher.add(id, query)
    live.set(id, query)
  }
  const gone = `q${Math.floor(random() * 100)}`
  if (matcher.remove(gone) !== live.delete(gone)) throw new Error('remove disagrees')
  if (round % 50 === 0) matcher.replan()
  for (let d = 0; d < 20; d++) {
    const document = randomMention(random)
    const prepared = prepareDocument(document)
    const found = new Set(matcher.match(document))
    const read = matcher.prepared()
    for (const [id, query] of live) {
      tally.pairs++
      const truth = referenceMatch(query, document)
      if (truth) tally.matches++
      if (evaluate(query, prepared) !== truth) report('evaluate', query, document)
      if (found.has(id) !== truth) report('matcher', query, document)
      if (d > 0 && !truth) continue
      const trace = traceMatch(query, prepared)
      if ((trace !== undefined) !== truth) report('trace', query, document)
      if (!isDeepStrictEqual(trace, traceMatch(query, read))) report('trace of the matcher', query, document)
    }
  }
}
console.log(JSON.stringify(tally))
process.exitCode = tally.differences === 0 ? 0 : 1
