import type { TranslationModel } from '../../../views/parts/Translation.tsx'
import type { Tables } from '../../store/tables/all.ts'
import type { Web } from '../web.ts'

type Mention = Pick<Tables['mentions']['$inferSelect'], 'id' | 'version' | 'lang' | 'langDeclared' | 'deletedAt'>
type Said = { text: string; by: string } | { problem: string }

/** Translations are for reading now: the newest are kept in memory, none is stored. */
const mostKept = 500
const kept = new WeakMap<Web, Map<string, Said>>()

export function keepTranslation(web: Web, mention: Mention, locale: string, said: Said): void {
  const known = kept.get(web) ?? new Map<string, Said>()
  kept.set(web, known)
  if (known.size >= mostKept) known.clear()
  known.set(keyOf(mention, locale), said)
}

/** What is known or can be asked for; undefined where the text is in the language of the viewer, as far as one can tell. */
export function translationModel(
  web: Web,
  mention: Mention,
  locale: string,
  canAsk: boolean,
): TranslationModel | undefined {
  const lang = mention.lang ?? mention.langDeclared
  const isForeign = lang !== null && lang !== 'und' && lang.split('-')[0] !== locale.split('-')[0]
  if (!isForeign || mention.deletedAt !== null) return undefined
  const said = kept.get(web)?.get(keyOf(mention, locale))
  return said || canAsk ? { ...said, canAsk, lang: locale } : undefined
}

function keyOf({ id, version }: Mention, locale: string): string {
  return `${id} ${version} ${locale}`
}
