import { deserialize, serialize } from 'node:v8'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'

/** Plain data with maps and typed arrays as bytes for a column. Newer versions of Node read what older ones wrote. */
export function packBlob(value: unknown): Uint8Array {
  return zstdCompressSync(serialize(value))
}

/** Throws when the bytes are not of `packBlob`. */
export function unpackBlob(bytes: Uint8Array): unknown {
  return deserialize(zstdDecompressSync(bytes))
}
