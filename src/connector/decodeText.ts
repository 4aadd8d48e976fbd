/**
 * Decodes the bytes of a feed or file: byte order mark, then the charset of the HTTP header, then an XML declaration,
 * then the zero bytes that give UTF-16 or UTF-32 away, then UTF-8; text that is not UTF-8 is read as Windows-1252.
 * Never throws: an unknown charset name falls through to the next rule. The byte order mark is removed.
 */
export function decodeText(bytes: Uint8Array, hints: { contentType?: string | null } = {}): string {
  const marked = byteOrderMark(bytes)
  if (marked) return decodeMarked(marked.charset, bytes.subarray(marked.length))
  const declared = charsetOf(hints.contentType) ?? undefined
  const wide = wideCharset(bytes)
  for (const charset of [wide, declared, wide ? undefined : xmlCharset(bytes)]) {
    const text = charset && decodeAs(charset, bytes)
    if (typeof text === 'string') return text
  }
  return decodeUtf8(bytes) ?? decodeAs('windows-1252', bytes) ?? ''
}

/** The charset parameter of a Content-Type header, lower case. */
export function charsetOf(contentType: string | null | undefined): string | undefined {
  return /;\s*charset\s*=\s*"?'?([^\s"';]+)/i.exec(contentType ?? '')?.[1]?.toLowerCase()
}

function byteOrderMark(b: Uint8Array): { charset: string; length: number } | undefined {
  if (b[0] === 0xff && b[1] === 0xfe && b[2] === 0 && b[3] === 0) return { charset: 'utf-32le', length: 4 }
  if (b[0] === 0 && b[1] === 0 && b[2] === 0xfe && b[3] === 0xff) return { charset: 'utf-32be', length: 4 }
  if (b[0] === 0xef && b[1] === 0xbb && b[2] === 0xbf) return { charset: 'utf-8', length: 3 }
  if (b[0] === 0xff && b[1] === 0xfe) return { charset: 'utf-16le', length: 2 }
  if (b[0] === 0xfe && b[1] === 0xff) return { charset: 'utf-16be', length: 2 }
  return undefined
}

/** A mark leaves no doubt: single bad bytes become U+FFFD. */
function decodeMarked(charset: string, bytes: Uint8Array): string {
  return charset.startsWith('utf-32')
    ? decodeUtf32(bytes, charset === 'utf-32le')
    : new TextDecoder(charset).decode(bytes)
}

/** Wide encodings without a mark: the first characters of a feed, CSV or JSON are ASCII, so their zero bytes show. */
function wideCharset(b: Uint8Array): string | undefined {
  if (b.length < 4) return undefined
  const zero = [b[0], b[1], b[2], b[3]].map((byte) => byte === 0)
  if (zero[0] && zero[1] && zero[2] && !zero[3]) return 'utf-32be'
  if (!zero[0] && zero[1] && zero[2] && zero[3]) return 'utf-32le'
  if (zero[0] && !zero[1] && zero[2] && !zero[3]) return 'utf-16be'
  if (!zero[0] && zero[1] && !zero[2] && zero[3]) return 'utf-16le'
  return undefined
}

function xmlCharset(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 400)).toString('latin1')
  return /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1]?.toLowerCase()
}

function decodeAs(charset: string, bytes: Uint8Array): string | undefined {
  if (charset === 'utf-8' || charset === 'utf8') return decodeUtf8(bytes) ?? undefined
  // A declaration that could be read as ASCII cannot be true for a wide encoding.
  if (/^(utf|ucs|iso-10646-ucs)-?(16|32|2|4)/.test(charset) && !wideCharset(bytes) && looksAscii(bytes))
    return undefined
  if (/^(utf-?32|ucs-?4)(be)?$/.test(charset)) return decodeUtf32(bytes, false)
  if (/^(utf-?32|ucs-?4)le$/.test(charset)) return decodeUtf32(bytes, true)
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    return undefined
  }
}

function looksAscii(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 4).every((byte) => byte > 0 && byte < 0x80)
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function decodeUtf32(bytes: Uint8Array, little: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const parts: string[] = []
  for (let i = 0; i + 4 <= bytes.byteLength; i += 4) {
    const code = view.getUint32(i, little)
    parts.push(code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code))
  }
  return parts.join('')
}
