import { cleanText } from '../../src/connector/plainText.ts'

/** Steam's own limit is 8,000 characters. */
const longest = 100_000
const lines = new Set(['list', 'olist', 'table', 'tr', 'h1', 'h2', 'h3', 'hr', 'quote', 'code', 'p'])

/** Steam's markup as plain text: known tags go, list items get a dash, everything in [noparse] and unknown brackets stay. */
export function plainFromBbcode(source: string): string {
  const tag =
    /\[noparse\]([\s\S]{0,10000}?)\[\/noparse\]|\[(\/?)(\*|b|u|i|s|strike|spoiler|noparse|url|img|list|olist|table|tr|td|th|h1|h2|h3|hr|quote|code|p|previewyoutube)(?:[= ][^\][]{0,500})?\]/gi
  const text = source
    .slice(0, longest)
    .replace(tag, (_, verbatim: string | undefined, _closing: string, name: string | undefined) => {
      if (verbatim !== undefined) return verbatim
      const kind = (name ?? '').toLowerCase()
      if (kind === '*') return '\n- '
      if (kind === 'td' || kind === 'th') return ' '
      return lines.has(kind) ? '\n' : ''
    })
  return cleanText(text)
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}
