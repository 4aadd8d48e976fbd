import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

import { decodeBundle, encodeBundle } from '../artefact.ts'
import { createIdentifier, type Identify, languageGrams, languageWords } from '../language.ts'
import { makeRandom, readSplit } from './data.ts'
import { type Example, trainLinear } from './linear.ts'
import { packBlock } from './pack.ts'

export const POSTS: readonly [set: string, lang: string][] = [
  ['semeval2017-4a', 'en'],
  ['umsab-arabic', 'ar'],
  ['umsab-french', 'fr'],
  ['umsab-german', 'de'],
  ['umsab-hindi', 'hi'],
  ['umsab-italian', 'it'],
  ['umsab-portuguese', 'pt'],
  ['umsab-spanish', 'es'],
]

const BITS = 15
/** Pieces of a few words beside the whole post: what is short must be told by few words. */
const PIECES = 6
/** English has more posts, and names and loan words are English often enough. */
const ENGLISH_PIECES = 3
/** Hindi in Latin letters is half English: with its full weight it takes short English posts for its own. */
const HINDI_WEIGHT = 0.35

/** Posts of eight languages, and the Universal Declaration of Human Rights for the others, in pieces of post length. */
export function trainLanguage(folder: string, declaration: string, seed: number): Uint8Array {
  const random = makeRandom(seed)
  const texts: { lang: string; words: string[]; weight: number }[] = []
  for (const [set, lang] of POSTS) {
    const rows = readSplit(folder, set, 'train')
    const step = lang === 'en' ? 5 : 1
    for (let i = 0; i < rows.length; i += step) addPieces(rows[i]?.text ?? '', lang, texts, random)
  }
  for (const line of readFileSync(declaration, 'utf8').split('\n')) {
    const [lang = '', text = ''] = line.split('\t')
    const words = languageWords(text)
    for (let at = 0; at < words.length; at += 10) {
      texts.push({ lang, words: words.slice(at, at + 4 + Math.floor(random() * 10)), weight: 2 })
    }
  }
  // Everyday words of the languages that only the declaration speaks for: it never says "I like this".
  const stopwords = createRequire(import.meta.url)('stopwords-iso/stopwords-iso.json') as Record<string, string[]>
  const posts = new Set(POSTS.map(([, lang]) => lang))
  for (const lang of [...new Set(texts.map((one) => one.lang))].toSorted()) {
    const words = stopwords[lang]
    if (!words || posts.has(lang)) continue
    for (let i = 0; i < 1000; i++) {
      const count = 3 + Math.floor(random() * 6)
      const picked = Array.from({ length: count }, () => words[Math.floor(random() * words.length)] ?? '')
      texts.push({ lang, words: picked, weight: 2 })
    }
  }
  const labels = [...new Set(texts.map(({ lang }) => lang))].toSorted()
  const examples = texts.map(({ words }): Example => toExample(words))
  const model = trainLinear(
    examples,
    texts.map(({ lang }) => labels.indexOf(lang)),
    texts.map(({ weight }) => weight),
    {
      classes: labels.length,
      mode: 'softmax',
      wordBits: 0,
      charBits: BITS,
      dense: 0,
      epochs: 4,
      rate: 0.1,
      l2: 1e-5,
      seed,
    },
  )
  const { data } = packBlock([model], 0)
  return encodeBundle(
    { labels, temperature: 0.9 },
    {
      grams: data['block0.chars'] ?? new Int8Array(0),
      scale: data['block0.charScale'] ?? new Float32Array(0),
      bias: model.bias,
    },
  )
}

function addPieces(
  text: string,
  lang: string,
  out: { lang: string; words: string[]; weight: number }[],
  random: () => number,
): void {
  const words = languageWords(text)
  if (words.length < 2) return
  const weight = lang === 'hi' ? HINDI_WEIGHT : 1
  out.push({ lang, words, weight })
  for (let i = 0; i < (lang === 'en' ? ENGLISH_PIECES : PIECES); i++) {
    const at = Math.floor(random() * Math.max(1, words.length - 4))
    out.push({ lang, words: words.slice(at, at + 2 + Math.floor(random() * 5)), weight })
  }
}

function toExample(words: readonly string[]): Example {
  return {
    words: new Int32Array(0),
    chars: Int32Array.from(words.flatMap(languageGrams)),
    dense: new Float32Array(0),
  }
}

/** Share of dev posts told right, whole and cut to 40 units, by language. */
export function measureLanguage(identify: Identify, folder: string): Record<string, [full: number, cut: number]> {
  const out: Record<string, [number, number]> = {}
  for (const [set, lang] of POSTS) {
    const rows = readSplit(folder, set, 'dev')
    const share = (cut: (text: string) => string): number =>
      rows.filter((row) => identify(cut(row.text)).lang === lang).length / rows.length
    const clean = (text: string): string => text.replaceAll(/@\w+|https?\S*/g, ' ').trim()
    out[lang] = [share(clean), share((text) => clean(text).slice(0, 40))]
  }
  return out
}

export function identifierOf(bytes: Uint8Array): Identify {
  return createIdentifier(decodeBundle(bytes))
}
