import en from 'natural/lib/natural/stemmers/porter_stemmer.js'
import de from 'natural/lib/natural/stemmers/porter_stemmer_de.js'
import es from 'natural/lib/natural/stemmers/porter_stemmer_es.js'
import fr from 'natural/lib/natural/stemmers/porter_stemmer_fr.js'
import it from 'natural/lib/natural/stemmers/porter_stemmer_it.js'
import nl from 'natural/lib/natural/stemmers/porter_stemmer_nl.js'
import no from 'natural/lib/natural/stemmers/porter_stemmer_no.js'
import pt from 'natural/lib/natural/stemmers/porter_stemmer_pt.js'
import ru from 'natural/lib/natural/stemmers/porter_stemmer_ru.js'
import sv from 'natural/lib/natural/stemmers/porter_stemmer_sv.js'

/** Languages with a stemmer; every other language is compared word by word. */
export const STEM_LANGUAGES = ['en', 'de', 'es', 'fr', 'it', 'nl', 'no', 'pt', 'ru', 'sv'] as const
export type StemLanguage = (typeof STEM_LANGUAGES)[number] | 'none'

const STEMMERS = { en, de, es, fr, it, nl, no, pt, ru, sv }
const LATIN_WORD = /^[a-z]+$/
const CYRILLIC_WORD = /^[\u0430-\u044f]+$/
/** The stemmers use regular expressions; real words are far shorter. */
const LONGEST_STEMMED = 40
const MEMO_LIMIT = 50_000
const memos = new Map<StemLanguage, Map<string, string>>()

/** The stemmer for a BCP 47 tag. A text of unknown language is stemmed as English, the commonest by far. */
export function stemLanguage(lang: string | undefined): StemLanguage {
  if (lang === undefined) return 'en'
  const known = byTag.get(lang)
  if (known !== undefined) return known
  const found = readTag(lang)
  if (byTag.size >= 1_000) byTag.clear()
  byTag.set(lang, found)
  return found
}

const byTag = new Map<string, StemLanguage>()

function readTag(lang: string): StemLanguage {
  if (lang === '' || lang.toLowerCase() === 'und') return 'en'
  const primary = lang.toLowerCase().split(/[-_]/)[0] ?? ''
  if (primary === 'nb' || primary === 'nn') return 'no'
  return STEM_LANGUAGES.find((known) => known === primary) ?? 'none'
}

/** Stem of a folded (or plain) token. Tokens with digits, other scripts or over 40 letters stay as they are. */
export function stem(token: string, language: StemLanguage): string {
  if (language === 'none' || token.length < 3 || token.length > LONGEST_STEMMED) return token
  let memo = memos.get(language)
  if (memo === undefined) memos.set(language, (memo = new Map()))
  const known = memo.get(token)
  if (known !== undefined) return known
  const pattern = language === 'ru' ? CYRILLIC_WORD : LATIN_WORD
  const found = pattern.test(token) ? STEMMERS[language].stem(token) || token : token
  if (memo.size >= MEMO_LIMIT) memo.clear()
  memo.set(token, found)
  return found
}
