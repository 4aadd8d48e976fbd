import { pipeline, type Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib'
import { ConnectorError } from '../domain/connectorError.ts'

/** Servers send one coding; a chain is only ever an attack (CVE-2026-22036). Two leaves room for odd proxies. */
const maxCodings = 2

const decoders = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
}

/** What we ask for; kept in step with the table above. */
export const acceptEncoding = 'gzip, deflate, br, zstd'

/**
 * Reads a body to its end, undoing Content-Encoding, and stops as soon as more than `maxBytes` decoded bytes came out:
 * a bomb costs the cap plus one chunk, whatever its expanded size. Throws ConnectorError('temporary').
 */
export async function readDecoded(body: Readable, contentEncoding: string, maxBytes: number): Promise<Buffer> {
  const stream = decode(body, contentEncoding)
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > maxBytes) throw tooLarge(maxBytes)
      chunks.push(chunk)
    }
  } finally {
    stream.destroy()
    body.destroy()
  }
  return Buffer.concat(chunks, size)
}

function decode(body: Readable, contentEncoding: string): Readable {
  const codings = contentEncoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity')
  if (codings.length > maxCodings)
    throw new ConnectorError('temporary', `The answer is packed ${codings.length} times over, which is refused.`)
  return codings.reverse().reduce<Readable>((stream, coding) => {
    if (!isCoding(coding))
      throw new ConnectorError('temporary', `The answer is packed as "${coding}", which is not understood.`)
    // The callback is needed: without one a failure of the inner stream is thrown; the reader sees it anyway.
    return pipeline(stream, decoders[coding](), () => {})
  }, body)
}

function isCoding(coding: string): coding is keyof typeof decoders {
  return Object.hasOwn(decoders, coding)
}

function tooLarge(maxBytes: number): ConnectorError {
  const size = maxBytes >= 1_000_000 ? `${Math.round(maxBytes / 1_000_000)} MB` : `${maxBytes} bytes`
  return new ConnectorError('temporary', `The answer is larger than ${size}, so reading it was stopped.`)
}
