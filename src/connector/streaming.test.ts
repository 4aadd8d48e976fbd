import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inBatches, linesOf, merged, serverEvents, type Read } from './streaming.ts'

const pace = { most: 3, withinMs: 5, idleMs: 20 }

async function collect<Value>(source: AsyncIterable<Value>, most = Number.POSITIVE_INFINITY): Promise<Value[]> {
  const values: Value[] = []
  for await (const value of source) if (values.push(value) >= most) break
  return values
}

async function* from<Value>(values: Value[], end?: Error): AsyncGenerator<Value> {
  yield* values
  if (end) throw end
}

const bytes = (text: string) => new Uint8Array(Buffer.from(text))

describe('batches of a stream', () => {
  it('keep order, lose nothing, and carry the position of the last thing in them, also when the stream breaks', async () => {
    const reads = fc.array(fc.record({ size: fc.nat({ max: 5 }), waits: fc.nat({ max: 1 }) }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(reads, fc.boolean(), async (plan, breaks) => {
        let next = 0
        async function* source(): AsyncGenerator<Read<number, number>> {
          for (const { size, waits } of plan) {
            if (waits > 0) await new Promise((resolve) => setTimeout(resolve, 4))
            const items = Array.from({ length: size }, () => next++)
            yield { items, position: next }
          }
          if (breaks) throw new Error('broken')
        }
        const batches: { items: number[]; position: number | undefined }[] = []
        const error = await (async () => {
          for await (const batch of inBatches(source(), pace)) batches.push(batch)
        })().catch((failure: unknown) => failure)
        expect((error as Error | undefined)?.message).toBe(breaks ? 'broken' : undefined)
        expect(batches.flatMap(({ items }) => items)).toEqual(Array.from({ length: next }, (_, at) => at))
        let seen = 0
        for (const { items, position } of batches) {
          seen += items.length
          expect(position ?? seen).toBe(seen)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('come without items while nothing happens, and read nothing while one is being saved', async () => {
    let read = 0
    async function* source(): AsyncGenerator<Read<number, number>> {
      for (;;) yield { items: [read], position: ++read }
    }
    for await (const { items } of inBatches(source(), pace)) {
      expect(items).toHaveLength(3)
      const before = read
      await new Promise((resolve) => setTimeout(resolve, 10))
      expect(read).toBe(before)
      if (read > 9) break
    }
    async function* silent(): AsyncGenerator<Read<number, number>> {
      yield await new Promise<Read<number, number>>(() => undefined)
    }
    expect(await collect(inBatches(silent(), pace), 2)).toEqual([
      { items: [], position: undefined },
      { items: [], position: undefined },
    ])
  })
})

describe('lines and events', () => {
  it('are the same in whatever portions the bytes come, and a half line at the end is dropped', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 7 }),
        async (texts, size) => {
          const sent = texts.map((text) => text.replaceAll(/[\r\n\uFEFF]/g, '').toWellFormed())
          const all = bytes(`${sent.map((text) => `${text}\r\n`).join('')}half`)
          const chunks = Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
            all.subarray(at * size, at * size + size),
          )
          expect((await collect(linesOf(from(chunks)))).flat()).toEqual(sent)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('stop at a line that never ends', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield bytes('x'.repeat(1000))
    }
    await expect(collect(linesOf(endless(), 10_000))).rejects.toThrow(RangeError)
  })

  it('are read as the standard of server-sent events says', async () => {
    const text =
      ':)\n\nevent: update\ndata: {"a":\ndata: 1}\nid: 7\n\ndata:plain\n\nevent: nothing\n\nevent: cut\ndata: never'
    expect((await collect(serverEvents(from([bytes(text)])))).flat()).toEqual([
      undefined,
      { event: 'update', data: '{"a":\n1}' },
      { event: 'message', data: 'plain' },
    ])
  })

  it('of several streams come as one, and one that fails ends all', async () => {
    const values: number[] = []
    const reading = (async () => {
      for await (const value of merged([from([1, 2]), from([10], new Error('broken'))])) values.push(value)
    })()
    await expect(reading).rejects.toThrow('broken')
    expect(values).toEqual(expect.arrayContaining([1, 10]))
  })
})
