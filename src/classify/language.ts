import type { Bundle } from './artefact.ts'
import { hashText } from './hash.ts'
import { IS_ASCII, IS_HASHTAG, IS_WORD, tokenise, type Tokens } from './tokenise.ts'
import { WordSums } from './wordSums.ts'

export interface Identified {
  /** ISO 639-1, or `und` */
  lang: string
  langConfidence: number
  /** words of three scripts, or of two with no more than half the letters each */
  isMixed?: boolean
}

/** Languages besides English with a sentiment head. */
export const OWN_LANGUAGES: ReadonlySet<string> = new Set(['ar', 'fr', 'de', 'hi', 'it', 'pt', 'es'])
/** How far a language must be surer than a guess before the English weights are put aside. */
export const FOREIGN_FROM = 0.5
/** The same for reviews, which are short and mix languages. */
export const REVIEW_FOREIGN_FROM = 0.95

const UNKNOWN: Identified = { lang: 'und', langConfidence: 0 }
/** Languages are told apart within the first words; more would cost without changing the answer. */
const MAX_WORDS = 60

/** Scripts that one language of the product's world owns; the rest is told apart by letters or by the model. */
const SCRIPTS: readonly [from: number, to: number, lang: string][] = [
  [0x370, 0x3ff, 'el'],
  [0x530, 0x58f, 'hy'],
  [0x590, 0x5ff, 'he'],
  [0x900, 0x97f, 'hi'],
  [0x980, 0x9ff, 'bn'],
  [0xa00, 0xa7f, 'pa'],
  [0xa80, 0xaff, 'gu'],
  [0xb80, 0xbff, 'ta'],
  [0xc00, 0xc7f, 'te'],
  [0xc80, 0xcff, 'kn'],
  [0xd00, 0xd7f, 'ml'],
  [0xd80, 0xdff, 'si'],
  [0xe00, 0xe7f, 'th'],
  [0xe80, 0xeff, 'lo'],
  [0x1000, 0x109f, 'my'],
  [0x10a0, 0x10ff, 'ka'],
  [0x1200, 0x137f, 'am'],
  [0x1780, 0x17ff, 'km'],
  [0x3040, 0x30ff, 'ja'],
  [0x4e00, 0x9fff, 'zh'],
  [0xac00, 0xd7af, 'ko'],
]

/** Hashes of the 1- to 4-grams of `_word_` and of the word itself; training and use share it. */
export function languageGrams(word: string): number[] {
  const padded = `_${word}_`
  const out = [hashText(word, 0, word.length, 0x51ed270b)]
  for (let n = 1; n <= 4; n++) {
    for (let i = 0; i + n <= padded.length; i++) out.push(hashText(padded, i, i + n, 0x2545f491))
  }
  return out
}

/** Words to judge by: no names, URLs or numbers; hashtags only where nothing else is there. */
export function languageWords(text: string): string[] {
  const tokens = tokenise(text)
  return pickWords(tokens).map((i) => tokens.norm[i] ?? '')
}

/** Their places among the tokens. */
function pickWords(tokens: Tokens): number[] {
  const words: number[] = []
  const tags: number[] = []
  for (let i = 0; i < tokens.count && words.length < MAX_WORDS; i++) {
    const flags = tokens.flags[i] ?? 0
    if ((flags & IS_WORD) === 0) continue
    const list = flags & IS_HASHTAG ? tags : words
    list.push(i)
  }
  return words.length > 0 ? words : tags
}

/** `tokens`: those of the text, where the caller has them already. */
export type Identify = (text: string, stated?: string, tokens?: Tokens) => Identified

/** A stated language is believed. Without a model only scripts are told apart. */
export function createIdentifier(bundle?: Bundle): Identify {
  const score = bundle ? createScorer(bundle) : undefined
  return (text, stated, given) => {
    const tag = stated?.toLowerCase().split(/[-_]/)[0]
    if (tag && tag !== 'und' && /^[a-z]{2,3}$/.test(tag)) return { lang: tag, langConfidence: 1 }
    const tokens = given ?? tokenise(text)
    const words = pickWords(tokens)
    if (words.length === 0) return UNKNOWN
    const { owner, isMixed } = readScripts(tokens, words)
    const told = owner ?? score?.(tokens, words) ?? UNKNOWN
    return isMixed ? { ...told, isMixed } : told
  }
}

/** Whose script most letters are in, if one language owns it; Japanese writes in two. */
function readScripts(tokens: Tokens, words: readonly number[]): { owner?: Identified; isMixed: boolean } {
  if (words.every((at) => (tokens.flags[at] ?? 0) & IS_ASCII)) return { isMixed: false }
  const counts = new Map<string, number>()
  let total = 0
  let foreign = 0
  for (const at of words) {
    const word = tokens.norm[at] ?? ''
    for (let i = 0; i < word.length; i++) {
      const code = word.charCodeAt(i)
      total++
      if (code < 0x370 || (code >= 0x1e00 && code <= 0x1eff)) continue // Latin, that of Vietnamese too
      foreign++
      const script = scriptOf(code)
      counts.set(script, (counts.get(script) ?? 0) + 1)
    }
  }
  if (foreign === 0) return { isMixed: false }
  const kana = counts.get('ja')
  if (kana !== undefined) {
    counts.set('ja', kana + (counts.get('zh') ?? 0))
    counts.delete('zh')
  }
  let best = ''
  let most = 0
  for (const [script, count] of counts) if (count > most) [best, most] = [script, count]
  const latin = total - foreign
  const isMixed = counts.size + Math.sign(latin) > 2 || Math.max(most, latin) * 2 <= total
  if (most * 2 <= total || SHARED.has(best)) return { isMixed }
  return { owner: { lang: best, langConfidence: Math.min(0.99, 0.5 + most / total / 2) }, isMixed }
}

/** Scripts that several languages write, and those that nobody here reads. */
const SHARED: ReadonlySet<string> = new Set(['cyrillic', 'arabic', 'unknown'])

function scriptOf(code: number): string {
  if (code >= 0x900 && code <= 0x97f) return 'hi'
  if (code >= 0x400 && code <= 0x52f) return 'cyrillic'
  if ((code >= 0x600 && code <= 0x77f) || (code >= 0xfb50 && code <= 0xfefc)) return 'arabic'
  for (const [from, to, lang] of SCRIPTS) if (code >= from && code <= to) return lang
  return 'unknown'
}

function createScorer(bundle: Bundle): (tokens: Tokens, words: readonly number[]) => Identified {
  const labels = bundle.meta['labels'] as string[]
  const temperature = Number(bundle.meta['temperature'])
  const scale = bundle.f32('scale')
  const bias = bundle.f32('bias')
  const K = labels.length
  const letters = new WordSums([{ rows: bundle.i8('grams'), columns: K }], languageGrams)
  const logits = new Float64Array(K)
  return (tokens, words) => {
    letters.begin(tokens)
    for (const i of words) letters.add(tokens.norm[i] ?? '', tokens.word[i] ?? -1)
    const sums = letters.finish()
    const by = 1 / Math.sqrt(sums[letters.startOf(1)] ?? 1)
    let best = 0
    for (let k = 0; k < K; k++) {
      logits[k] = ((bias[k] ?? 0) + (sums[k] ?? 0) * (scale[k] ?? 0) * by) / temperature
      if ((logits[k] ?? 0) > (logits[best] ?? 0)) best = k
    }
    let total = 0
    for (let k = 0; k < K; k++) total += Math.exp((logits[k] ?? 0) - (logits[best] ?? 0))
    return { lang: labels[best] ?? 'und', langConfidence: 1 / total }
  }
}
