/**
 * The part of CBOR that the AT Protocol uses (DAG-CBOR, RFC 8949 with definite lengths), read into the JSON form of its
 * data model: a link is `{ $link }`, bytes inside a record are `{ $bytes }`. Input from the network: every length is
 * checked against what is there, depth is limited. Throws RangeError.
 */
export interface CborOptions {
  /** Bytes as they are (frames and archives) or in the JSON form (records). */
  bytes: 'raw' | 'json'
}

const deepest = 64
const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The first value and what follows it. */
export function readCbor(bytes: Uint8Array, options: CborOptions = { bytes: 'raw' }): [unknown, Uint8Array] {
  const reader = { bytes, at: 0, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), options }
  const value = readValue(reader, 0)
  return [value, bytes.subarray(reader.at)]
}

interface Reader {
  bytes: Uint8Array
  view: DataView
  at: number
  options: CborOptions
}

function readValue(reader: Reader, depth: number): unknown {
  if (depth > deepest) throw new RangeError('CBOR: nested too deeply')
  const first = take(reader, 1)[0] ?? 0
  const major = first >> 5
  if (major === 7) return readSimple(reader, first & 31)
  const count = readCount(reader, first & 31)
  switch (major) {
    case 0:
      return count
    case 1:
      return -1 - count
    case 2:
      return readBytes(reader, count)
    case 3:
      return readText(reader, count)
    case 4:
      return readList(reader, count, depth)
    case 5:
      return readMap(reader, count, depth)
    default:
      return readLink(reader, count, depth)
  }
}

function take(reader: Reader, length: number): Uint8Array {
  const end = reader.at + length
  if (end > reader.bytes.length) throw new RangeError('CBOR: cut short')
  const part = reader.bytes.subarray(reader.at, end)
  reader.at = end
  return part
}

function readCount(reader: Reader, short: number): number {
  if (short < 24) return short
  const { at } = reader
  const size = short === 24 ? 1 : short === 25 ? 2 : short === 26 ? 4 : short === 27 ? 8 : 0
  // Indefinite lengths are not part of DAG-CBOR.
  if (size === 0) throw new RangeError('CBOR: unknown length')
  take(reader, size)
  if (size === 1) return reader.view.getUint8(at)
  if (size === 2) return reader.view.getUint16(at)
  if (size === 4) return reader.view.getUint32(at)
  const count = Number(reader.view.getBigUint64(at))
  if (!Number.isSafeInteger(count)) throw new RangeError('CBOR: number too large')
  return count
}

function readSimple(reader: Reader, short: number): unknown {
  if (short === 20) return false
  if (short === 21) return true
  if (short === 22) return null
  if (short !== 27) throw new RangeError('CBOR: unknown value')
  const { at } = reader
  take(reader, 8)
  return reader.view.getFloat64(at)
}

function readBytes(reader: Reader, length: number): unknown {
  const bytes = take(reader, length)
  return reader.options.bytes === 'raw' ? bytes : { $bytes: Buffer.from(bytes).toString('base64').replace(/=+$/, '') }
}

function readText(reader: Reader, length: number): string {
  try {
    return text.decode(take(reader, length))
  } catch (cause) {
    throw new RangeError('CBOR: text that is not UTF-8', { cause })
  }
}

function readList(reader: Reader, count: number, depth: number): unknown[] {
  const list: unknown[] = []
  for (let index = 0; index < count; index++) list.push(readValue(reader, depth + 1))
  return list
}

/** Own properties whatever they are called: a record may have a key `__proto__`. */
function readMap(reader: Reader, count: number, depth: number): Record<string, unknown> {
  const entries: [string, unknown][] = []
  for (let index = 0; index < count; index++) {
    const key = readValue(reader, depth + 1)
    if (typeof key !== 'string') throw new RangeError('CBOR: a key that is not text')
    entries.push([key, readValue(reader, depth + 1)])
  }
  return Object.fromEntries(entries)
}

/** Tag 42, the only one: bytes of a CID after a zero. */
function readLink(reader: Reader, tag: number, depth: number): { $link: string } {
  if (tag !== 42) throw new RangeError('CBOR: unknown tag')
  const { options } = reader
  reader.options = { bytes: 'raw' }
  const bytes = readValue(reader, depth + 1)
  reader.options = options
  if (!(bytes instanceof Uint8Array) || bytes[0] !== 0) throw new RangeError('CBOR: a link that is none')
  return { $link: cidText(bytes.subarray(1)) }
}

const letters = 'abcdefghijklmnopqrstuvwxyz234567'

/** A CID as it is written: base32, lower case, without padding, after a `b`. */
export function cidText(bytes: Uint8Array): string {
  let out = 'b'
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      out += letters[(held >> bits) & 31]
    }
    held &= (1 << bits) - 1
  }
  return bits > 0 ? out + letters[(held << (5 - bits)) & 31] : out
}

/** The blocks of an archive (CAR v1) by their CID. Their hashes are the relay's word; it is reached by TLS. */
export function readCar(bytes: Uint8Array): Map<string, Uint8Array> {
  const blocks = new Map<string, Uint8Array>()
  let at = skip(bytes, 0).end
  while (at < bytes.length) {
    const { start, end } = skip(bytes, at)
    const cidEnd = endOfCid(bytes, start)
    if (cidEnd > end) throw new RangeError('CAR: a block without its name')
    blocks.set(cidText(bytes.subarray(start, cidEnd)), bytes.subarray(cidEnd, end))
    at = end
  }
  return blocks
}

function skip(bytes: Uint8Array, at: number): { start: number; end: number } {
  const [length, start] = readVarint(bytes, at)
  const end = start + length
  if (end > bytes.length) throw new RangeError('CAR: cut short')
  return { start, end }
}

/** Version, codec, hash function, length of the hash, hash. */
function endOfCid(bytes: Uint8Array, at: number): number {
  let position = at
  for (let part = 0; part < 3; part++) position = readVarint(bytes, position)[1]
  const [length, hashAt] = readVarint(bytes, position)
  return hashAt + length
}

function readVarint(bytes: Uint8Array, at: number): [number, number] {
  let value = 0
  for (let index = 0; index < 5; index++) {
    const byte = bytes[at + index]
    if (byte === undefined) throw new RangeError('CAR: cut short')
    value += (byte & 127) * 2 ** (7 * index)
    if (byte < 128) return [value, at + index + 1]
  }
  throw new RangeError('CAR: a length that is too large')
}
