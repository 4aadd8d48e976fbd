import { LIMITS, QueryFault } from './fault.ts'

export interface Keyword {
  word: 'AND' | 'OR' | 'NOT' | 'NEAR'
  start: number
  end: number
}

const BLANK = /\s/
const RUN = /[^\s()"]*/y
const DIGITS = /\d+/y

/** Where the parser stands in the query text, and what it has counted so far. */
export class Cursor {
  readonly text: string
  readonly mode: 'listening' | 'view'
  at = 0
  terms = 0
  depth = 0
  readonly open: number[] = []
  readonly mixedAt: number[] = []

  constructor(text: string, mode: 'listening' | 'view') {
    this.text = text
    this.mode = mode
  }

  skipBlanks(): void {
    while (this.at < this.text.length && BLANK.test(this.text.charAt(this.at))) this.at++
  }

  isAtEnd(): boolean {
    return this.at >= this.text.length
  }

  isBlankAt(index: number): boolean {
    return index >= this.text.length || BLANK.test(this.text.charAt(index))
  }

  char(): string {
    return this.text.charAt(this.at)
  }

  /** The run of characters from `index` up to a blank, parenthesis or quotation mark. */
  runAt(index: number): string {
    RUN.lastIndex = index
    return RUN.exec(this.text)?.[0] ?? ''
  }

  digitsAt(index: number): string {
    DIGITS.lastIndex = index
    return DIGITS.exec(this.text)?.[0] ?? ''
  }

  /** The operator that stands here, if any; nothing is consumed. NEAR is returned with whatever follows it. */
  keyword(): Keyword | undefined {
    const first = this.char()
    if (first !== 'A' && first !== 'O' && first !== 'N') return undefined
    const run = this.runAt(this.at)
    const end = this.at + run.length
    if (run === 'AND' || run === 'OR' || run === 'NOT') return { word: run, start: this.at, end }
    if (run === 'NEAR' || run.startsWith('NEAR/')) return { word: 'NEAR', start: this.at, end }
    return undefined
  }

  countTerms(count: number, at: number): void {
    this.terms += count
    if (this.terms > LIMITS.terms) throw new QueryFault(`A query takes at most ${LIMITS.terms} terms`, at)
  }

  /** What to throw where a term should stand but the query ends: an open sign is named first. */
  endFault(): QueryFault {
    const opening = this.open.at(-1)
    if (opening !== undefined) return unclosed(this.text, opening)
    return new QueryFault('The query ends where a term should stand', this.text.length)
  }
}

export function unclosed(text: string, at: number): QueryFault {
  const sign = text.charAt(at)
  const closing = sign === '(' ? ')' : sign
  const name = sign === '(' ? 'parenthesis' : sign === '"' ? 'quotation mark' : 'regular expression'
  return new QueryFault(`This ${name} is never closed`, at, `${text.trimEnd()}${closing}`)
}
