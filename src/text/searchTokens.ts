import { fold } from './fold.ts'
import { createWordMemo, type WordMemo } from './memo.ts'
import { stem, stemLanguage, type StemLanguage } from './stem.ts'
import { createTokenBuffer, KINDS, scan, WORD, type TokenKind } from './tokenise.ts'

/**
 * Encoding of tokens for the full-text index. SQLite's FTS5 (unicode61) and PostgreSQL's 'simple' configuration cut
 * text by different rules, so they are only given lexemes of `[a-z0-9]` that begin with a letter; both then see
 * exactly one lexeme per token. `a`-`y` and digits stand for themselves, every other UTF-16 unit is `z` + 4 hex
 * digits, so a prefix of a token is a prefix of its lexeme.
 *
 * The first letter says what the lexeme is:
 * - `w` stem of the folded token, in text order (phrases can be searched as phrases)
 * - `e` emoji, in text order
 * - after the text, once per text: `x` folded token where it differs from its stem (prefix search),
 *   `t` tag, `m` mention, `k` ticker (folded, without sigil)
 */
export const LONGEST_LEXEME_UNITS = 300

/** Tokens indexed per text: PostgreSQL allows positions up to 16,383 and 1 MB per tsvector. */
export const MAX_SEARCH_TOKENS = 10_000

const SIGIL_LETTERS: Partial<Record<TokenKind, string>> = { tag: 't', mention: 'm', ticker: 'k' }

/** Lexeme of a folded form under one of the letters above. */
export function encodeLexeme(letter: string, form: string): string {
  let out = letter
  const length = Math.min(form.length, LONGEST_LEXEME_UNITS)
  for (let i = 0; i < length; i++) {
    const code = form.charCodeAt(i)
    const isPlain = (code >= 97 && code <= 121) || (code >= 48 && code <= 57)
    out += isPlain ? form[i] : 'z' + code.toString(16).padStart(4, '0')
  }
  return out
}

/**
 * The text as the full-text index stores it: lexemes joined by blanks. Index this string as it is, with unicode61 or
 * to_tsvector('simple', …), and search it with `planSearch`.
 */
export function searchTokens(text: string, lang?: string): string {
  const language = stemLanguage(lang)
  scan(text, buffer)
  let inOrder = ''
  const extra = new Set<string>()
  const count = Math.min(buffer.count, MAX_SEARCH_TOKENS)
  for (let i = 0; i < count; i++) {
    const lexemes = lexemesAt(text, i, language)
    inOrder += i === 0 ? lexemes.inOrder : ` ${lexemes.inOrder}`
    for (const lexeme of lexemes.extra) extra.add(lexeme)
  }
  for (const lexeme of extra) inOrder += ` ${lexeme}`
  return inOrder
}

interface Lexemes {
  /** the token as it stands in the text */
  norm: string
  inOrder: string
  extra: readonly string[]
}

/** Words repeat: folding, stemming and encoding one costs several times as much as finding it again. */
function lexemesAt(text: string, i: number, language: StemLanguage): Lexemes {
  const [start, end, hash] = [buffer.start[i] as number, buffer.end[i] as number, buffer.hash[i] as number]
  if (buffer.kind[i] !== WORD || end - start > LONGEST_REMEMBERED)
    return readLexemes(text.slice(start, end), KINDS[buffer.kind[i] as number] ?? 'word', language)
  const memo = (memos[language] ??= createWordMemo(MEMO_BITS))
  const known = memo.find(text, start, end, hash)
  if (known) return known
  const made = readLexemes(text.slice(start, end), 'word', language)
  memo.keep(hash, made)
  return made
}

function readLexemes(token: string, kind: TokenKind, language: StemLanguage): Lexemes {
  const sigil = SIGIL_LETTERS[kind]
  const folded = fold(sigil === undefined ? token : token.slice(1))
  if (kind === 'emoji') return { norm: token, inOrder: encodeLexeme('e', folded), extra: none }
  const stemmed = stem(folded, language)
  const extra: string[] = []
  if (stemmed !== folded) extra.push(encodeLexeme('x', folded))
  if (sigil !== undefined) extra.push(encodeLexeme(sigil, folded))
  return { norm: token, inOrder: encodeLexeme('w', stemmed), extra: extra.length > 0 ? extra : none }
}

const none: readonly string[] = []
/** One text at a time: nothing here waits. */
const buffer = createTokenBuffer()
const memos: Partial<Record<StemLanguage, WordMemo<Lexemes>>> = {}
/** 32,768 words take a few megabytes. */
const MEMO_BITS = 15
const LONGEST_REMEMBERED = 40
