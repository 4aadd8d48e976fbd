import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { archive, cidOf, encodeCbor, Link } from '../../test/helpers/fakeNetwork.ts'
import { cidText, readCar, readCbor } from './cbor.ts'

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))

function nameOfFailure(read: () => unknown): string | undefined {
  try {
    read()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.name : 'no error'
  }
}

describe('CBOR', () => {
  // Appendix A of RFC 8949, the kinds that DAG-CBOR allows.
  it.each([
    ['00', 0],
    ['17', 23],
    ['1818', 24],
    ['1903e8', 1000],
    ['1a000f4240', 1_000_000],
    ['1b000000e8d4a51000', 1_000_000_000_000],
    ['20', -1],
    ['3903e7', -1000],
    ['fb3ff199999999999a', 1.1],
    ['fbc010666666666666', -4.1],
    ['f4', false],
    ['f5', true],
    ['f6', null],
    ['60', ''],
    ['62c3bc', 'ü'],
    ['64f0908591', '𐅑'],
    ['8301820203820405', [1, [2, 3], [4, 5]]],
    ['a26161016162820203', { a: 1, b: [2, 3] }],
  ])('%s is read as in the RFC', (hex, value) => {
    const [read, rest] = readCbor(bytesOf(hex))
    expect(read).toEqual(value)
    expect(rest).toHaveLength(0)
  })

  it.each([
    ['indefinite length', '9f01ff'],
    ['a number beyond 2^53', '1bffffffffffffffff'],
    ['a key that is no text', 'a10102'],
    ['another tag', 'c11a514b67b0'],
    ['undefined', 'f7'],
    ['text that is not UTF-8', '61ff'],
    ['a list that promises more than there is', '9affffffff'],
    ['text that promises more than there is', '7affffffff'],
    ['depth without end', '81'.repeat(5000)],
  ])('refuses %s', (_what, hex) => {
    expect(() => readCbor(bytesOf(hex))).toThrow(RangeError)
  })

  it('reads back what the encoder of the fake wrote, links and bytes in their JSON form', () => {
    const value = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<unknown>
    fc.assert(
      fc.property(value, fc.uint8Array({ maxLength: 30 }), (inner, bytes) => {
        const cid = cidOf(bytes)
        const written = encodeCbor({ inner, bytes, link: new Link(cid) })
        const [read] = readCbor(written, { bytes: 'json' })
        const base64 = Buffer.from(bytes).toString('base64').replace(/=+$/, '')
        expect(JSON.stringify(read)).toBe(
          JSON.stringify({ inner, bytes: { $bytes: base64 }, link: { $link: cidText(cid) } }),
        )
      }),
      { numRuns: 200 },
    )
  })

  it('survives any bytes: a value or a RangeError, soon', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const read of [() => readCbor(bytes), () => readCar(bytes)])
          expect([undefined, 'RangeError']).toContain(nameOfFailure(read))
      }),
      { numRuns: 500 },
    )
  })

  it('a key called __proto__ is a key', () => {
    const [read] = readCbor(encodeCbor(JSON.parse('{"__proto__":{"polluted":true}}')))
    expect((read as { polluted?: boolean }).polluted).toBeUndefined()
    expect(Object.keys(read as object)).toEqual(['__proto__'])
  })
})

describe('archives', () => {
  it('names blocks as the network does', () => {
    // The CID of the block 0xa0 (an empty map), from the test data of the specification.
    const block = bytesOf('a0')
    expect(cidText(cidOf(block))).toBe('bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua')
    const other = bytesOf('8101')
    const blocks = readCar(archive([[cidOf(block), block], [cidOf(other), other]])) // prettier-ignore
    expect([...blocks].map(([cid, data]) => [cid, Buffer.from(data).toString('hex')])).toEqual([
      [cidText(cidOf(block)), 'a0'],
      [cidText(cidOf(other)), '8101'],
    ])
  })
})
