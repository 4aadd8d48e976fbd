import { REACH } from './features.ts'
import { BOOSTERS, isNegator } from './lexicon.ts'
import { AFTER_BREAK, IS_WORD, tokenise } from './tokenise.ts'
import type { Modifier } from './types.ts'

const most = 6

/** Words that change what others say, as the features take them: negations reach on in their clause, boosters one word. */
export function modifiersOf(text: string): Modifier[] {
  const tokens = tokenise(text.slice(0, 4000))
  const surface = (i: number) => text.slice(tokens.start[i] ?? 0, tokens.end[i] ?? 0)
  const isWord = (i: number) => ((tokens.flags[i] ?? 0) & IS_WORD) !== 0
  const isBreak = (i: number) => ((tokens.flags[i] ?? 0) & AFTER_BREAK) !== 0 || tokens.norm[i] === 'but'
  const found: Modifier[] = []
  for (let i = 0; i < tokens.count && found.length < most; i++) {
    const norm = tokens.norm[i] ?? ''
    if (!isWord(i)) continue
    const boost = BOOSTERS.get(norm)
    if (isNegator(norm)) {
      const reach: string[] = []
      for (let j = i + 1; j <= i + REACH && j < tokens.count && !isBreak(j); j++) if (isWord(j)) reach.push(surface(j))
      if (reach.length > 0) found.push({ kind: 'negation', word: surface(i), reach })
    } else if (boost !== undefined && i + 1 < tokens.count && isWord(i + 1) && !isBreak(i + 1)) {
      found.push({ kind: boost > 0 ? 'booster' : 'softener', word: surface(i), reach: [surface(i + 1)] })
    }
  }
  return found
}
