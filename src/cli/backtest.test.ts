import { PassThrough, Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { backtest } from './backtest.ts'

const noDatabase = (): never => {
  throw new Error('lines need no database')
}

async function run(argv: string[], lines: unknown[] = []) {
  const [out, err] = [new PassThrough(), new PassThrough()]
  const input = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')
  const code = await backtest(noDatabase, argv, Readable.from([input]), out, err)
  return { code, out: String(out.read() ?? ''), err: String(err.read() ?? '') }
}

const json = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe('earshot query backtest', () => {
  const queries = ['--old', 'lumen crash', '--new', 'lumen (crash OR freeze) NOT giveaway']
  const mentions = [
    { id: 1, text: 'Lumen freezes', source: 'x', date: '2026-11-20T10:00:00Z' },
    '{broken',
    { id: 2, text: 'Lumen crash giveaway', source: 'y', date: '2026-11-21T10:00:00Z' },
    { id: 3, text: 'Lumen crash', source: 'y', date: '2026-11-21T11:00:00Z' },
    { id: 4, text: 'Weather' },
  ]

  it('prints each difference with its reason as it is found, then the counts', async () => {
    const { code, out } = await run([...queries, '--stdin', '--json'], mentions)
    expect(code).toBe(1)
    const lines = json(out)
    expect(lines.map((line) => [line['change'] ?? line['line'], line['id']])).toEqual([
      ['gained', 1],
      [2, undefined],
      ['lost', 2],
      [undefined, undefined],
    ])
    expect(lines[0]).toMatchObject({ because: [{ term: 'crash', reason: 'missing' }] })
    expect(lines[2]).toMatchObject({ because: [{ term: 'giveaway', reason: 'excluded' }], excluded: [{ start: 12 }] })
    expect(lines[3]).toEqual({
      gained: 1,
      lost: 1,
      kept: 1,
      read: 4,
      days: [
        { day: '2026-11-20', gained: 1, lost: 0, kept: 0 },
        { day: '2026-11-21', gained: 0, lost: 1, kept: 1 },
      ],
      sources: [
        { source: 'x', gained: 1, lost: 0, kept: 0 },
        { source: 'y', gained: 0, lost: 1, kept: 1 },
      ],
    })
    const plain = await run([...queries, '--stdin', '--samples', '0'], mentions)
    expect(plain.out).toContain('gained 1, lost 1, kept 1')
    expect(plain.out).not.toContain('+ Lumen')
  })

  it('says which query cannot be read, and what is missing', async () => {
    expect(await run(['--old', 'a', '--new', '(b'])).toMatchObject({ code: 2, out: expect.stringContaining('"new"') })
    expect(await run(['--old', 'a'])).toMatchObject({ code: 2, err: expect.stringContaining('--new is needed') })
    expect((await run([...queries, '--limit', '0'])).code).toBe(2)
  })
})
