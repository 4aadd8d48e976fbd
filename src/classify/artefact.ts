/** Decompressed bytes of the trained files, by name. */
export type Artefacts = Readonly<Record<string, Uint8Array>>

interface Section {
  name: string
  type: 'i8' | 'f32' | 'u32' | 'text'
  offset: number
  length: number
}

/** A header of JSON (4 bytes of its length, then the text), then sections aligned to 4 bytes, little-endian. */
export interface Bundle {
  meta: Record<string, unknown>
  names: readonly string[]
  /** a section as it was given */
  data(name: string): SectionData
  i8(name: string): Int8Array
  f32(name: string): Float32Array
  u32(name: string): Uint32Array
  text(name: string): string
}

export type SectionData = Int8Array | Float32Array | Uint32Array | string

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export function encodeBundle(meta: Record<string, unknown>, data: Record<string, SectionData>): Uint8Array {
  const parts: Uint8Array[] = []
  const sections: Section[] = []
  let offset = 0
  for (const [name, value] of Object.entries(data)) {
    const bytes =
      typeof value === 'string'
        ? encoder.encode(value)
        : new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    sections.push({ name, type: typeOf(value), offset, length: bytes.length })
    parts.push(bytes)
    offset += Math.ceil(bytes.length / 4) * 4
  }
  const head = encoder.encode(JSON.stringify({ meta, sections }))
  const start = Math.ceil((4 + head.length) / 4) * 4
  const out = new Uint8Array(start + offset)
  new DataView(out.buffer).setUint32(0, head.length, true)
  out.set(head, 4)
  sections.forEach((section, i) => out.set(parts[i] ?? [], start + section.offset))
  return out
}

/** Throws when a named section is missing: artefacts and code of different versions must not mix silently. */
export function decodeBundle(bytes: Uint8Array): Bundle {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
  const { meta, sections } = JSON.parse(decoder.decode(bytes.subarray(4, 4 + length))) as {
    meta: Record<string, unknown>
    sections: Section[]
  }
  const start = Math.ceil((4 + length) / 4) * 4
  const slice = (name: string): Uint8Array => {
    const section = sections.find((one) => one.name === name)
    if (!section) throw new Error(`The model file has no section "${name}": train again, or install matching files.`)
    return bytes.subarray(start + section.offset, start + section.offset + section.length)
  }
  const bundle: Bundle = {
    meta,
    names: sections.map(({ name }) => name),
    data: (name) => bundle[sections.find((one) => one.name === name)?.type ?? 'i8'](name),
    i8: (name) => view(slice(name), Int8Array),
    // Copies: they are small, views need aligned memory, and one of them would keep the megabytes of the file.
    f32: (name) => view(slice(name).slice(), Float32Array),
    u32: (name) => view(slice(name).slice(), Uint32Array),
    text: (name) => decoder.decode(slice(name)),
  }
  return bundle
}

function view<T>(
  part: Uint8Array,
  Type: { new (buffer: ArrayBufferLike, offset: number, length: number): T; BYTES_PER_ELEMENT: number },
): T {
  return new Type(part.buffer, part.byteOffset, part.byteLength / Type.BYTES_PER_ELEMENT)
}

function typeOf(value: SectionData): Section['type'] {
  if (typeof value === 'string') return 'text'
  if (value instanceof Int8Array) return 'i8'
  return value instanceof Float32Array ? 'f32' : 'u32'
}
