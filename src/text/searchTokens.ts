import { fold } from './fold.ts'
import { stem, stemLanguage } from './stem.ts'
import type { TokenKind } from './tokenise.ts'
import { tokenise } from './tokenise.ts'

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
  const inOrder: string[] = []
  const extra = new Set<string>()
  for (const token of tokenise(text).slice(0, MAX_SEARCH_TOKENS)) {
    const sigil = SIGIL_LETTERS[token.kind]
    const folded = fold(sigil === undefined ? token.text : token.text.slice(1))
    if (token.kind === 'emoji') {
      inOrder.push(encodeLexeme('e', folded))
      continue
    }
    const stemmed = stem(folded, language)
    inOrder.push(encodeLexeme('w', stemmed))
    if (stemmed !== folded) extra.add(encodeLexeme('x', folded))
    if (sigil !== undefined) extra.add(encodeLexeme(sigil, folded))
  }
  return [...inOrder, ...extra].join(' ')
}
