import { formatQuery } from './format.ts'
import type { ParseOptions } from './parse.ts'
import { parseQuery } from './parse.ts'

export type Conversion =
  | { ok: true; text: string; /** What was rewritten, for the person who pasted. */ changes: string[] }
  | { ok: false; error: string; position: number }

interface Rewrite {
  pattern: RegExp
  to: string
  note: string
}

/** Spellings of Brandwatch, Syften, Talkwalker and X that have an equal here. */
const REWRITES: readonly Rewrite[] = [
  { pattern: /[“”„«»]/g, to: '"', note: 'typographic quotation marks' },
  { pattern: /(?<=^|[\s(])[–—](?=[\p{L}\p{N}("#@])/gu, to: '-', note: 'dash as minus' },
  { pattern: /(?<=[\s)])&&?(?=[\s(])/g, to: 'AND', note: '& is AND' },
  { pattern: /(?<=[\s)])\|\|?(?=[\s(])/g, to: 'OR', note: '| is OR' },
  { pattern: /(?<=^|[\s(])!(?=[\p{L}\p{N}(#@])/gu, to: '-', note: '! is minus' },
  { pattern: /(?<=^|[\s(])!"/g, to: 'case:"', note: '!"…" is case:' },
  { pattern: /`([^`"]+)`/g, to: 'raw:"$1"', note: 'backticks are raw:' },
  { pattern: /\braw:([^\s"()]+)/g, to: 'raw:"$1"', note: 'raw: takes quotation marks' },
  { pattern: /\b(?:hashtags?|tag):#?(?=[\p{L}"])/giu, to: 'tag:', note: 'hashtag: is tag:' },
  { pattern: /\b(?:at_?mentions|mention):@?(?=[\p{L}"])/giu, to: 'mentions:', note: 'mention: is mentions:' },
  { pattern: /\b(?:from|authorContaining|blogger):@?(?=\S)/g, to: 'author:', note: 'from: is author:' },
  { pattern: /\b(?:language):(?=\S)/g, to: 'lang:', note: 'language: is lang:' },
  { pattern: /\b(?:url|link|domain|host):(?=\S)/g, to: 'links:', note: 'url: is links:' },
  { pattern: /\b(?:message|content|text):(?=\S)/g, to: 'body:', note: 'message: is body:' },
  { pattern: /\bNEAR\s*\/\s*(\d+)\s*([fF]?)(?=[\s("])/g, to: 'NEAR/$1$2', note: 'NEAR without blanks' },
  { pattern: /\b(?:ONEAR|PRE|W)\/(\d+)(?=[\s("])/g, to: 'NEAR/$1f', note: 'ordered NEAR is NEAR/nf' },
]

/** Parts of other languages that have no equal here, with the reason. */
const REFUSED: readonly { pattern: RegExp; reason: string }[] = [
  { pattern: /\$accept:|\$reject:/, reason: 'a filter by sentence has no equal: write the words that decide' },
  {
    pattern: /\b(?:ENGAGEMENTTYPE|engagementType|threadEntryType|pageType|parentPostId|channelId|guid):/i,
    reason: 'this field has no equal',
  },
  {
    pattern: /\b(?:latitude|longitude|continent|region|city|geo|place|near):\S/i,
    reason: 'places are not searched: use country: where the source gives it',
  },
  { pattern: /(?<=^|[\s(])\*\p{L}+/u, reason: 'a star at the beginning of a word cannot be searched' },
  { pattern: /\{[^}]*\}|<<<|>>>/, reason: 'this sign has no equal' },
]

/** Reads a query written for another tool: ours in canonical spelling, or why it cannot be ours. */
export function convertQuery(pasted: string, options: ParseOptions = {}): Conversion {
  for (const { pattern, reason } of REFUSED) {
    const position = outsideQuotes(pasted).search(pattern)
    if (position >= 0) return { ok: false, error: reason, position }
  }
  const changes: string[] = []
  let text = pasted.replace(/\s+/g, ' ').trim()
  for (const { pattern, to, note } of REWRITES) {
    const next = note.startsWith('typographic') ? text.replace(pattern, to) : replaceOutside(text, pattern, to)
    if (next !== text) changes.push(note)
    text = next
  }
  const parsed = parseQuery(text, options)
  if (!parsed.ok)
    return { ok: false, error: `${parsed.error} (in: ${text})`, position: Math.min(parsed.position, pasted.length) }
  return { ok: true, text: formatQuery(parsed.query), changes }
}

const outsideQuotes = (text: string): string => text.replace(/"[^"]*"/g, (part) => '"'.repeat(part.length))

/** Rewrites only what stands outside quotation marks. A pattern may end in an opening mark. */
function replaceOutside(text: string, pattern: RegExp, to: string): string {
  const parts = text.split(/("[^"]*")/)
  const joined = parts.map((part, i) => {
    if (i % 2 === 1) return part
    const next = parts[i + 1]
    return next === undefined ? part.replace(pattern, to) : `${part}"`.replace(pattern, to).replace(/"$/, '')
  })
  return joined.join('')
}
