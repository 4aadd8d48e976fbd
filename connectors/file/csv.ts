import { parse } from 'csv-parse/sync'

export interface Row {
  /** Where it begins; the first line is 1. */
  line: number
  cells: string[]
}

const delimiters = [',', ';', '\t', '|'] as const
/** A file with more broken quotes than this is not worth guessing at. */
const maxBroken = 100

/** Rows of a CSV file. A row with a broken quote is reported and costs only its own line. */
export function readRows(text: string): { rows: Row[]; errors: { line: number; error: string }[] } {
  const rows: Row[] = []
  const errors: { line: number; error: string }[] = []
  const delimiter = delimiterOf(text)
  let rest = text
  let offset = 0
  for (let broken = 0; ; broken++) {
    const failed = readSome(rest, delimiter, offset, rows)
    if (!failed) return { rows, errors }
    errors.push({ line: failed.line, error: failed.error })
    if (broken >= maxBroken) {
      errors.push({
        line: failed.line,
        error: `More than ${maxBroken} broken rows: the rest of the file was not read.`,
      })
      return { rows, errors }
    }
    rest = linesAfter(rest, failed.line - offset)
    offset = failed.line
  }
}

/** Adds the rows up to the first broken one and says where that one begins. */
function readSome(text: string, delimiter: string, offset: number, rows: Row[]) {
  let next = 1
  try {
    parse(text, {
      delimiter,
      relax_column_count: true,
      skip_empty_lines: false,
      on_record: (cells: string[], { lines }: { lines: number }) => {
        rows.push({ line: offset + next, cells })
        next = lines + 1
        return null
      },
    })
    return undefined
  } catch (error) {
    return { line: offset + next, error: `This row is not valid CSV: ${explain(error)}` }
  }
}

function explain(error: unknown): string {
  const code = (error as { code?: string }).code
  if (code === 'CSV_QUOTE_NOT_CLOSED') return 'a quote is opened and never closed.'
  if (code === 'INVALID_OPENING_QUOTE') return 'a quote stands inside a cell that does not begin with one.'
  if (code === 'CSV_INVALID_CLOSING_QUOTE') return 'text follows a closing quote.'
  return error instanceof Error ? error.message : String(error)
}

function linesAfter(text: string, lines: number): string {
  let at = 0
  for (let i = 0; i < lines; i++) {
    const end = text.indexOf('\n', at)
    if (end < 0) return ''
    at = end + 1
  }
  return text.slice(at)
}

/** The one that stands most often in the first line, outside quotes. */
function delimiterOf(text: string): string {
  const first = (/^[^\n]*/.exec(text)?.[0] ?? '').replace(/"[^"]*"/g, '')
  const counts = delimiters.map((delimiter) => first.split(delimiter).length)
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ','
}
