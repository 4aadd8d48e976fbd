export interface WordPiece {
  /** Ids with [CLS] in front and [SEP] behind, at most `maxLength`. */
  encode(text: string): number[]
}

/**
 * WordPiece as BERT has it (Wu et al. 2016; google-research/bert `tokenization.py`): basic tokens, then the longest
 * known piece from the left, `##` within a word, [UNK] for a word that cannot be put together.
 */
export function createWordPiece(
  pieces: readonly string[],
  { lowerCase, maxLength }: { lowerCase: boolean; maxLength: number },
): WordPiece {
  const ids = new Map(pieces.map((piece, id) => [piece, id]))
  const special = (name: string): number => {
    const id = ids.get(name)
    if (id === undefined) throw new RangeError(`the vocabulary lacks ${name}`)
    return id
  }
  const [unknown, start, end] = [special('[UNK]'), special('[CLS]'), special('[SEP]')]
  return {
    encode(text) {
      const found = [start]
      for (const word of basicTokens(text, lowerCase)) {
        if (found.length >= maxLength - 1) break
        found.push(...(piecesOf(word, ids) ?? [unknown]))
      }
      return [...found.slice(0, maxLength - 1), end]
    },
  }
}

const maxWordLength = 100

function piecesOf(word: string, ids: Map<string, number>): number[] | undefined {
  if (word.length > maxWordLength) return undefined
  const found: number[] = []
  for (let from = 0; from < word.length;) {
    let to = word.length
    let id: number | undefined
    while (to > from && (id = ids.get((from === 0 ? '' : '##') + word.slice(from, to))) === undefined) to--
    if (id === undefined) return undefined
    found.push(id)
    from = to
  }
  return found
}

/** Words; every punctuation mark and every Chinese character stands alone. */
function basicTokens(text: string, lowerCase: boolean): string[] {
  const clean = lowerCase
    ? text
        .toLowerCase()
        .normalize('NFD')
        .replace(/\p{Mn}/gu, '')
    : text.normalize('NFC')
  return clean.match(/[\p{P}\p{S}\p{Script=Han}]|[^\s\p{P}\p{S}\p{Script=Han}\p{Cc}]+/gu) ?? []
}
