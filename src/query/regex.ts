import { RE2JS } from 're2js'
import { LIMITS } from './fault.ts'

export type CompiledRegex = { ok: true; expression: RE2JS; size: number } | { ok: false; error: string }

const compiled = new Map<string, CompiledRegex>()
const KEPT = 500

/** Compiles for the linear-time engine; refuses what would make its program large. Results are kept. */
export function compileRegex(pattern: string, flags: '' | 'i'): CompiledRegex {
  const key = `${flags}/${pattern}`
  const known = compiled.get(key)
  if (known !== undefined) return known
  const found = compile(pattern, flags)
  if (compiled.size >= KEPT) compiled.clear()
  compiled.set(key, found)
  return found
}

function compile(pattern: string, flags: '' | 'i'): CompiledRegex {
  if (pattern === '') return { ok: false, error: 'This expression is empty' }
  if (pattern.length > LIMITS.regexCharacters) {
    return { ok: false, error: `A regular expression takes at most ${LIMITS.regexCharacters} characters` }
  }
  if (repetition(pattern) > LIMITS.regexProgram) {
    return { ok: false, error: 'This expression repeats too much for its budget' }
  }
  try {
    const expression = RE2JS.compile(pattern, flags === 'i' ? RE2JS.CASE_INSENSITIVE : 0)
    const size = expression.programSize()
    if (size > LIMITS.regexProgram) return { ok: false, error: 'This expression is too large for its budget' }
    return { ok: true, expression, size }
  } catch (error) {
    return { ok: false, error: `Not a regular expression: ${error instanceof Error ? error.message : String(error)}` }
  }
}

/** Upper bound of what counted repetitions multiply to, read off the text before anything is expanded. */
function repetition(pattern: string): number {
  const counts = [...pattern.matchAll(/\{(\d{1,9})(?:,(\d{0,9}))?\}/g)].map((m) => Number(m[2] || m[1]))
  return counts.reduce((product, count) => Math.min(product * Math.max(1, count), 1e9), 1)
}
