import type { IncomingMention } from '../../src/connector/contract.ts'
import { decodeText } from '../../src/connector/decodeText.ts'
import { parseMention } from '../../src/connector/mentionSchema.ts'
import { recordOf, columnsOf } from './columns.ts'
import { readRows } from './csv.ts'

export interface ParsedFile {
  items: IncomingMention[]
  /** What could not be read, with the line where it begins (the first line is 1). The rest is in `items`. */
  errors: { line: number; error: string }[]
}

/**
 * CSV or JSON lines -> mentions. The format follows the name (.jsonl, .ndjson, .json; everything else is CSV unless it
 * begins with a brace). Encodings: UTF-8, UTF-16 (exports of Google Play), Windows-1252. Never throws.
 */
export function parseMentionFile(bytes: Uint8Array, filename: string): ParsedFile {
  const text = decodeText(bytes)
  if (text.trim() === '') return { items: [], errors: [{ line: 1, error: 'The file is empty.' }] }
  const isJson = /\.(jsonl|ndjson|json)$/i.test(filename) || /^\s*[[{]/.test(text)
  return isJson ? parseJson(text) : parseCsv(text)
}

function parseJson(text: string): ParsedFile {
  const whole = /^\s*\[/.test(text) ? tryJson(text) : undefined
  if (Array.isArray(whole)) return collect(whole.map((record, index) => ({ line: index + 1, record })))
  const parsed: ParsedFile = { items: [], errors: [] }
  const records: { line: number; record: unknown }[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const record = tryJson(line)
    if (record === undefined) parsed.errors.push({ line: index + 1, error: 'This line is not JSON.' })
    else records.push({ line: index + 1, record })
  }
  const read = collect(records)
  return { items: read.items, errors: [...parsed.errors, ...read.errors].toSorted((a, b) => a.line - b.line) }
}

function parseCsv(text: string): ParsedFile {
  const { rows, errors } = readRows(text)
  const [header, ...body] = rows
  if (!header) return { items: [], errors: [...errors, { line: 1, error: 'The file has no header line.' }] }
  const columns = columnsOf(header.cells)
  const known = new Set(columns.filter((column) => column !== undefined))
  if (!known.has('text') && !known.has('title') && !known.has('rating')) {
    const error = `The header names no column that holds a text, a title or a rating. It has: ${header.cells.join(', ').slice(0, 300)}`
    return { items: [], errors: [{ line: header.line, error }] }
  }
  const records: { line: number; record: unknown }[] = []
  for (const { line, cells } of body) {
    if (cells.every((cell) => cell.trim() === '')) continue
    if (cells.length > columns.length)
      errors.push({
        line,
        error: `This row has ${cells.length} cells, the header ${columns.length}: a quote may be missing.`,
      })
    else records.push({ line, record: recordOf(columns, cells) })
  }
  const read = collect(records)
  return { items: read.items, errors: [...errors, ...read.errors].toSorted((a, b) => a.line - b.line) }
}

function collect(records: { line: number; record: unknown }[]): ParsedFile {
  const parsed: ParsedFile = { items: [], errors: [] }
  for (const { line, record } of records) {
    try {
      parsed.items.push(parseMention(record))
    } catch (error) {
      parsed.errors.push({ line, error: error instanceof Error ? error.message : String(error) })
    }
  }
  return parsed
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
