/** Word lists of the model file: valences by word, and what the words do in a sentence. */
export interface Lexicon {
  /** word -> valences of one language; English has three lists (VADER, AFINN, pattern), the others one */
  valences(lang: string): ReadonlyMap<string, readonly number[]>
}

export const EMPTY_LEXICON: Lexicon = { valences: () => new Map() }

/** Lines `lang TAB word TAB v1 TAB v2 …`, sorted by language; `*` holds emoji. A language is parsed when first asked for. */
export function parseLexicon(text: string): Lexicon {
  const parsed = new Map<string, ReadonlyMap<string, readonly number[]>>()
  return {
    valences(lang) {
      const known = parsed.get(lang)
      if (known) return known
      const words = parseLanguage(text, lang)
      parsed.set(lang, words)
      return words
    },
  }
}

function parseLanguage(text: string, lang: string): ReadonlyMap<string, readonly number[]> {
  const words = new Map<string, number[]>()
  const first = text.startsWith(`${lang}\t`) ? 0 : text.indexOf(`\n${lang}\t`) + 1
  if (first === 0 && !text.startsWith(`${lang}\t`)) return words
  for (let at = first; text.startsWith(`${lang}\t`, at);) {
    const end = text.indexOf('\n', at)
    const [, word = '', ...rest] = text.slice(at, end).split('\t')
    words.set(word, rest.map(Number))
    at = end + 1
  }
  return words
}

export const NEGATORS = new Set(
  (
    "not no never none nothing nobody nowhere neither nor cannot without hardly barely scarcely rarely seldom ain't aint dont cant wont " +
    'didnt doesnt isnt wasnt wouldnt couldnt shouldnt havent hasnt hadnt arent werent lacks lacking despite ' +
    // French, German, Spanish, Italian, Portuguese, Hindi (Latin and Devanagari), Arabic
    'ne pas jamais rien aucun aucune sans nicht kein keine keinen keiner nie niemals nichts ohne nunca jamás nada ningún ninguna sin ' +
    'non mai niente nulla nessun nessuno senza não nao nem sem nenhum nenhuma nahi nahin mat nhi नहीं मत ना ' +
    'لا لم لن ليس ما مش مو ليست بدون'
  ).split(' '),
)

const BOOST = 0.293
export const BOOSTERS: ReadonlyMap<string, number> = new Map([
  ...(
    'absolutely amazingly awfully completely considerably decidedly deeply effing enormously entirely especially exceptionally ' +
    'extremely fabulously flipping frigging fricking fucking fully greatly hella highly hugely incredibly intensely insanely ' +
    'majorly more most particularly purely quite really remarkably so substantially thoroughly totally tremendously uber ' +
    'unbelievably unusually utterly very way super damn bloody'
  )
    .split(' ')
    .map((word): [string, number] => [word, BOOST]),
  ...'almost barely hardly kinda kind-of less little marginally occasionally partly scarcely slightly somewhat sorta bit'
    .split(' ')
    .map((word): [string, number] => [word, -BOOST]),
])

export function isNegator(word: string): boolean {
  return NEGATORS.has(word) || word.endsWith("n't")
}
