import type { BenchContext, Figure } from './measure.ts'

interface Bench {
  run(context: BenchContext): Promise<(Omit<Figure, 'goal'> & { goal: string | number })[]>
}

// Loaded one at a time: what one leaves in memory must not weigh on the next.
const benches: Record<string, () => Promise<Bench>> = {
  ingest: () => import('./ingest.bench.ts'),
  inbox: () => import('./inbox.bench.ts'),
  start: () => import('./start.bench.ts'),
  match: () => import('./match.bench.ts'),
  backtest: () => import('./backtest.bench.ts'),
  freshness: () => import('./freshness.bench.ts'),
  copies: () => import('./copies.bench.ts'),
  streams: () => import('./streams.bench.ts'),
  classify: () => import('./classify.bench.ts'),
}
const args = process.argv.slice(2)
const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : undefined
const json = args.includes('--json')
const rounds = 5

const chosen = Object.keys(benches).filter((name) => only === undefined || name === only)
if (chosen.length === 0) {
  process.stderr.write(`There is no bench "${only}". There are: ${Object.keys(benches).join(', ')}\n`)
  process.exit(2)
}
let failed = 0
for (const name of chosen) {
  const bench = await benches[name]?.()
  for (const figure of (await bench?.run({ rounds, full: args.includes('--full') })) ?? []) {
    process.stdout.write(`${json ? JSON.stringify(figure) : row(figure)}\n`)
    if (!figure.pass) failed++
  }
}
process.exitCode = failed > 0 ? 1 : 0

function row(figure: Omit<Figure, 'goal'> & { goal: string | number }): string {
  const value = `${Number(figure.value.toPrecision(4))} ${figure.unit}`
  return `${figure.pass ? 'ok  ' : 'MISS'} ${figure.name.padEnd(34)} ${value.padEnd(16)} goal ${String(figure.goal).padEnd(10)} of ${figure.against} (${figure.rounds} rounds, spread ${figure.spread.toFixed(2)})`
}
