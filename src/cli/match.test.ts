import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { runMatch } from './match.ts'
import { runQuery } from './query.ts'

async function collect(run: typeof runMatch | typeof runQuery, argv: string[], input = '') {
  const out = new PassThrough()
  const err = new PassThrough()
  const code = await run(argv, Readable.from([input]), out, err)
  const lines = String(out.read() ?? '')
    .split('\n')
    .filter(Boolean)
  return { code, lines: lines.map((line) => JSON.parse(line) as unknown), err: String(err.read() ?? '') }
}

const INPUT = '{"id":"1","text":"Acme refunds"}\n{broken\n{"id":"2","text":"zoo","title":"Acme"}\n'

function fileOf(lines: unknown[]): string {
  const file = join(mkdtempSync(join(tmpdir(), 'queries-')), 'queries.jsonl')
  writeFileSync(file, lines.map((line) => JSON.stringify(line)).join('\n'))
  return file
}

describe('earshot match', () => {
  it('prints matching ids with spans and reports a broken line in its place', async () => {
    const { code, lines } = await collect(runMatch, ['--query', 'acme', '--explain'], INPUT)
    expect(code).toBe(1)
    expect(lines[0]).toEqual({ id: '1', spans: [{ field: 'text', start: 0, end: 4, term: 'acme' }] })
    expect(lines[1]).toMatchObject({ line: 2 })
    expect(lines[2]).toEqual({ id: '2', spans: [{ field: 'title', start: 0, end: 4, term: 'acme' }] })
  })

  it('prints every line with its queries', async () => {
    const file = fileOf([
      { id: 'q1', query: 'refund' },
      { id: 'q2', query: 'acme' },
    ])
    const { code, lines } = await collect(runMatch, ['--queries', file], INPUT.replace('{broken\n', ''))
    expect(code).toBe(0)
    expect(lines).toEqual([
      { id: '1', queries: ['q1', 'q2'] },
      { id: '2', queries: ['q2'] },
    ])
  })

  it('reports every faulty query before it reads any text (E1, E2)', async () => {
    const file = fileOf([
      { id: 'q1', query: 'a AND' },
      { id: 'q2', query: 'ok' },
      { id: 'q3', query: '(a' },
    ])
    const { code, lines } = await collect(runMatch, ['--queries', file], INPUT)
    expect(code).toBe(2)
    expect(lines).toMatchObject([
      { query: 'q1', position: 5 },
      { query: 'q3', position: 0 },
    ])
    expect(lines).toHaveLength(2)
    expect(await collect(runMatch, ['--query', 'a AND'], INPUT)).toMatchObject({ code: 2, lines: [{ position: 5 }] })
  })

  it('switches stemming and folding off, and refuses wrong usage', async () => {
    expect(
      (await collect(runMatch, ['--query', 'refund', '--no-stem', '--no-fold'], '{"id":1,"text":"refunds"}')).lines,
    ).toEqual([])
    expect((await collect(runMatch, [])).code).toBe(2)
    expect((await collect(runMatch, ['--queries', '/no/such/file'])).code).toBe(2)
  })
})

describe('earshot query', () => {
  it('lints, formats and explains', async () => {
    expect((await collect(runQuery, ['format', 'a -b'])).lines).toEqual([{ query: 'a AND NOT b' }])
    expect((await collect(runQuery, ['lint', 'acme -acme'])).lines).toMatchObject([{ warnings: [{ code: 'never' }] }])
    expect((await collect(runQuery, ['explain', 'acme zoo'])).lines).toMatchObject([{ tree: { op: 'and' } }])
    expect(await collect(runQuery, ['lint', '(a'])).toMatchObject({ code: 2, lines: [{ position: 0 }] })
    expect((await collect(runQuery, ['lint'])).code).toBe(2)
  })
})
