/** The optional filter of a feed: true when one of the words stands in the text as a word of its own. Empty keeps all. */
export function wordFilter(list: string): (text: string) => boolean {
  const words = list
    .split(/[,\n]/)
    .map((word) => fold(word.trim()))
    .filter((word) => word !== '')
  if (words.length === 0) return () => true
  const patterns = words.map((word) => new RegExp(`${edge(word, 0)}${escape(word)}${edge(word, -1)}`, 'u'))
  return (text) => {
    const folded = fold(text)
    return patterns.some((pattern) => pattern.test(folded))
  }
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}

function escape(word: string): string {
  return word.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
}

/** Scripts written without spaces have no word edges. */
function edge(word: string, at: 0 | -1): string {
  const character = [...word].at(at) ?? ''
  if (!/[\p{L}\p{N}]/u.test(character)) return ''
  if (/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u.test(character))
    return ''
  return at === 0 ? String.raw`(?<![\p{L}\p{N}])` : String.raw`(?![\p{L}\p{N}])`
}
