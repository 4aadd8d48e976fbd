import { REST } from '../src/classify/explain.ts'
import { makeRandom } from '../src/classify/train/data.ts'
import type { Classifier, ClassifyInput } from '../src/classify/types.ts'

/** Changes that leave what a post says as it is; each keeps its meaning to a reader, typos included. */
export const PERTURBATIONS: Record<string, (text: string, random: () => number) => string> = {
  'other account names': (text, random) => text.replaceAll(/@\w+/g, () => `@${pick(HANDLES, random)}`),
  'other URLs': (text, random) =>
    text.replaceAll(/https?:\/\/\S+/g, () => `https://t.co/${random().toString(36).slice(2, 12)}`),
  'other numbers': (text, random) => text.replaceAll(/\d/g, (digit) => (digit === '0' ? '0' : digitOf(random))),
  'emoji variants': (text) =>
    text.replaceAll(/\p{Extended_Pictographic}\uFE0F?/gu, (emoji) =>
      /\p{Emoji_Modifier_Base}/u.test(emoji) ? `${emoji}\u{1F3FD}` : `${emoji.replace('\uFE0F', '')}\uFE0F`,
    ),
  'other first names': (text, random) => text.replaceAll(FIRST_NAME, () => pick(FIRST_NAMES, random)),
  'two letters transposed in one word': (text, random) => {
    const words = [...text.matchAll(/(?<![@#\w/.])[a-z]{5,}(?![\w/.])/gi)]
    const word = words[Math.floor(random() * words.length)]
    if (!word) return text
    const at = word.index + 1 + Math.floor(random() * (word[0].length - 3))
    return text.slice(0, at) + text.charAt(at + 1) + text.charAt(at) + text.slice(at + 2)
  },
}

const HANDLES = ['jo_may', 'acmehelp', 'Rina1987', 'the_real_tom', 'support4u', 'xX_kay_Xx']
const FIRST_NAMES = 'Peter Anna Carlos Mary Kevin Laura Ahmed Julia David Sarah Daniel Emily'.split(' ')
const FIRST_NAME =
  /\b(?:James|John|Mike|David|Chris|Paul|Tom|Justin|Harry|Kim|Taylor|Emma|Sarah|Mary|Anna|Nick|Zayn)\b/g

function pick(list: readonly string[], random: () => number): string {
  return list[Math.floor(random() * list.length)] ?? ''
}

function digitOf(random: () => number): string {
  return String(1 + Math.floor(random() * 9))
}

const EMOJI = ['👍', '❤', '😂', '🙏', '👎', '☺']

/** The texts before and after a change, the same way every time. The posts of our set have no emoji: each gets one. */
export function perturbAll(texts: readonly string[], name: string): { before: string[]; after: string[] } {
  const change = PERTURBATIONS[name] ?? ((text: string) => text)
  const random = makeRandom(21)
  const hasEmoji = name.includes('emoji')
  const before = texts.map((text, i) => (hasEmoji ? `${text} ${EMOJI[i % EMOJI.length]}` : text))
  return { before, after: before.map((text) => change(text, random)) }
}

/** Share of texts whose probability moves where the strongest word of the explanation says, when it is cut out. */
export function faithfulness(classifier: Classifier, texts: readonly string[]): { share: number; n: number } {
  let right = 0
  let n = 0
  for (const text of texts) {
    const input: ClassifyInput = { text, kind: 'mention', lang: 'en' }
    const { because, label } = classifier.explain(input)
    const top = because.find(({ feature }) => feature !== REST)
    if (!top) continue
    const without = cutOut(text, top.feature)
    const moved =
      classifier.classify(input).probabilities[label] -
      classifier.classify({ ...input, text: without }).probabilities[label]
    n++
    if (moved * top.weight > 0) right++
  }
  return { share: n === 0 ? 1 : right / n, n }
}

/** Every occurrence as a word of its own, found without the classifier's tokeniser. */
function cutOut(text: string, word: string): string {
  const escaped = word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const isWord = /^\w.*\w$|^\w$/.test(word)
  return text.replaceAll(new RegExp(isWord ? `(?<![\\w'])${escaped}(?![\\w'])` : escaped, 'g'), '')
}
