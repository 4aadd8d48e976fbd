/** Thrown inside the parser only; `parseQuery` returns it as a value. `position` is a UTF-16 offset (queries.md E1). */
export class QueryFault extends Error {
  readonly position: number
  readonly suggestion: string | undefined

  constructor(message: string, position: number, suggestion?: string) {
    super(message)
    this.name = 'QueryFault'
    this.position = position
    this.suggestion = suggestion
  }
}

/** The product's own limits (queries.md E3): beyond them a query is refused before any work is done. */
export const LIMITS = {
  characters: 50_000,
  terms: 4_000,
  levels: 200,
  nearDistance: 50,
  nearChain: 64,
  slop: 100,
  slopWords: 32,
  regexCharacters: 1_000,
  regexProgram: 2_000,
} as const
