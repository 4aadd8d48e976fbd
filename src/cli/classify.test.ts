import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'

import { runClassify } from './classify.ts'

async function run(
  argv: string[],
  input: string,
): Promise<{ code: number; lines: Record<string, unknown>[]; errors: string }> {
  let out = ''
  let errors = ''
  const sink = (add: (text: string) => void): Writable =>
    new Writable({
      write(chunk, _encoding, done) {
        add(String(chunk))
        done()
      },
    })
  // Pieces of seven bytes: lines and characters arrive torn.
  const bytes = Buffer.from(input)
  const pieces = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, i) => bytes.subarray(i * 7, i * 7 + 7))
  const code = await runClassify(
    argv,
    Readable.from(pieces),
    sink((t) => (out += t)),
    sink((t) => (errors += t)),
  )
  const lines = out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  return { code, lines, errors }
}

const file = (lines: object[], { before = '', end = '\n' } = {}): string => {
  const path = join(mkdtempSync(join(tmpdir(), 'classify-')), 'f.jsonl')
  writeFileSync(path, before + lines.map((line) => JSON.stringify(line)).join(end))
  return path
}

describe('earshot classify', () => {
  it('answers line by line in the documented form', async () => {
    const { code, lines } = await run(
      [],
      '{"id":"1","text":"I love it 😍","kind":"mention"}\n{"id":2,"text":"crashes all the time","kind":"review"}',
    )
    expect(code).toBe(0)
    expect(lines.map(({ id }) => id)).toEqual(['1', 2])
    const p = lines[0]?.['probabilities'] as Record<string, number>
    expect(lines[0]).toMatchObject({ lang: 'en', sentiment: 'positive', confidence: p['positive'], urgency: 'low' })
    expect(lines[0]?.['model']).toMatch(/^earshot-/)
    expect(lines[0]).not.toHaveProperty('because')
  })

  it('puts an error in the place of each broken line and goes on', async () => {
    const { code, lines } = await run(
      [],
      '{"text":"a","kind":"mention"}\nnonsense\n{"text":"a","kind":"letter"}\n{"kind":"mention"}\n{"id":"z","text":"b","kind":"review"}\n',
    )
    expect(code).toBe(1)
    expect(lines.map((line) => line['line'])).toEqual([undefined, 2, 3, 4, undefined])
    expect(lines[2]?.['error']).toContain('kind')
    expect(lines[4]?.['id']).toBe('z')
  })

  it('prints shares that sum to one and weights that sum to the margin, rounded as they are', async () => {
    const texts = Array.from(
      { length: 60 },
      (_, i) => `number ${i} is ${['bad', 'fine', 'great'][i % 3]} so far, said ${i}`,
    )
    const { lines } = await run(
      ['--explain'],
      texts.map((text) => JSON.stringify({ text, kind: 'mention' })).join('\n'),
    )
    for (const line of lines) {
      const p = line['probabilities'] as Record<string, number>
      const because = line['because'] as { weight: number }[]
      const confidence = Number(line['confidence'])
      expect(Object.values(p).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9)
      expect(p[String(line['sentiment'])]).toBe(confidence)
      const sum = because.reduce((total, { weight }) => total + weight, 0)
      expect(Math.abs(sum - Math.log(confidence / (1 - confidence)))).toBeLessThan(1e-6)
    }
  })

  it('explains with weights that sum to the log odds of the confidence', async () => {
    const { lines } = await run(['--explain'], '{"text":"not good at all, I hate it","kind":"mention"}')
    const because = lines[0]?.['because'] as { feature: string; weight: number; label: string }[]
    const confidence = Number(lines[0]?.['confidence'])
    expect(because.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(Math.log(confidence / (1 - confidence)), 3)
    expect(because.map(({ feature }) => feature)).toContain('hate')
  })

  it('applies a log of corrections first and says so', async () => {
    const log = file([
      { text: 'this is lit', kind: 'mention', sentiment: 'positive' },
      { text: 'ok', kind: 'mention', accepted: true },
    ])
    const { lines, errors, code } = await run(['--corrections', log], '{"text":"this is lit","kind":"mention"}')
    expect(code).toBe(0)
    expect(lines[0]).toMatchObject({ sentiment: 'positive' })
    expect(lines[0]?.['model']).toContain('+w2')
    expect(errors).toContain('1 corrected, 1 accepted')
  })

  it('gives tone and score alone when it is to be quick', async () => {
    const { code, lines } = await run(
      ['--quick'],
      '{"id":7,"text":"I love it, best day ever","kind":"mention"}\n{"text":"worst service ever, I hate it","kind":"mention"}\n{"text":5}',
    )
    expect(code).toBe(1)
    const [full] = (await run([], '{"text":"a","kind":"mention"}')).lines
    const model = `${String(full?.['model'])}-quick`
    expect(lines).toEqual([
      { id: 7, sentiment: 'positive', score: expect.any(Number), model },
      { sentiment: 'negative', score: expect.any(Number), model },
      { line: 3, error: expect.stringContaining('text') },
    ])
    expect(Number(lines[0]?.['score'])).toBeGreaterThan(0)
    expect(Number(lines[1]?.['score'])).toBeLessThan(0)
  })

  it('refuses "other" beside another intent, and says each intent once', async () => {
    const log = file([
      { text: 'both', kind: 'mention', intents: ['other', 'complaint'] },
      { text: 'twice', kind: 'mention', intents: ['complaint', 'complaint'] },
    ])
    const { lines, errors, code } = await run(['--corrections', log], '{"text":"twice","kind":"mention","lang":"en"}')
    expect(code).toBe(1)
    expect(errors).toContain('holds only alone')
    expect(lines[0]?.['intents']).toEqual([{ label: 'complaint', confidence: 0.98 }])
  })

  it('answers with the built-in model where a log holds nothing', async () => {
    const { lines, code } = await run(['--corrections', file([])], '{"text":"this is lit","kind":"mention"}')
    const plain = await run([], '{"text":"this is lit","kind":"mention"}')
    expect(code).toBe(0)
    expect(lines).toEqual(plain.lines)
  })

  it('reads a file instead of standard input', async () => {
    const rows = [{ id: 1, text: 'I love it', kind: 'mention' }, { id: 2, text: 'meh', kind: 'review' }] // prettier-ignore
    const { code, lines } = await run([file(rows, { before: '\uFEFF', end: '\r\n' })], 'not read')
    expect([code, lines.map(({ id }) => id)]).toEqual([0, [1, 2]])
  })

  it('reads files that a Windows program has saved', async () => {
    const row = { text: 'I love it', kind: 'mention', sentiment: 'positive' }
    const saved = file([row, row], { before: '\uFEFF', end: '\r\n' })
    const { code, lines } = await run(['evaluate', '--labels', saved], '')
    expect(code).toBe(0)
    expect(lines[0]).toMatchObject({ n: 2 })
  })

  it('claims no calibration of a head without confidence', async () => {
    const { lines } = await run(['evaluate', '--labels', file([{ text: 'awful', kind: 'review', urgency: 'low' }])], '')
    expect(lines).toMatchObject([{ head: 'urgency', calibrationError: null }])
  })

  it('evaluates against labels, one object a head', async () => {
    const labels = file([
      { text: 'I love it', kind: 'mention', sentiment: 'positive', intents: ['praise'], urgency: 'low' },
      {
        text: 'worst app, it crashes',
        kind: 'review',
        sentiment: 'negative',
        intents: ['complaint', 'bug_report'],
        urgency: 'normal',
      },
    ])
    const { code, lines } = await run(['evaluate', '--labels', labels], '')
    expect(code).toBe(0)
    expect(lines.map(({ head }) => head)).toEqual(['sentiment', 'intents', 'urgency'])
    expect(lines[0]).toMatchObject({ n: 2, accuracy: 1, macroRecall: 1 })
  })

  it.each([
    [['--nonsense']],
    [['later']],
    [[tmpdir()]],
    [['evaluate', 'more', '--labels', file([])]],
    [['--corrections', '/no/such/file']],
    [['evaluate']],
    [['--quick', '--explain']],
    [['evaluate', '--labels', '/no/such/file']],
    [['--labels', file([])]],
    [['evaluate', '--explain', '--labels', file([])]],
  ])('exits 2 for %j', async (argv) => {
    const { code, lines, errors } = await run(argv, '{"text":"a","kind":"mention"}')
    expect(code).toBe(2)
    expect(lines).toEqual([])
    expect(errors).toContain('usage')
  })
})
