import { inputOf } from '../../classify/inputOf.ts'
import type { Explanation } from '../../classify/types.ts'
import type { LoadedThread } from '../../store/thread.ts'
import type { Web } from '../web.ts'

type Mention = LoadedThread['mentions'][number]['mention']

export interface Explained extends Explanation {
  /** Names the classifier that was asked for the reasons. */
  version: string
}

/** An explanation judges the text once a word; this much of it takes some ten milliseconds. */
const longestText = 1200
const mostKept = 200
const kept = new WeakMap<Web, Map<string, Explained>>()

/** Why a mention was judged as it was, by the classifier of today; undefined where there is none to ask. */
export async function explainMention(web: Web, mention: Mention): Promise<Explained | undefined> {
  if (!web.classifier || !mention.sentiment || mention.deletedAt !== null) return undefined
  try {
    const classifier = await web.classifier()
    const key = `${mention.id} ${mention.version} ${mention.classification?.rulesRevision ?? 0} ${classifier.version}`
    const known = keptOf(web)
    const found = known.get(key)
    if (found) return found
    const input = inputOf(withoutIgnored(mention))
    const explained = {
      ...classifier.explain({ ...input, text: input.text.slice(0, longestText) }),
      version: classifier.version,
    }
    if (known.size >= mostKept) known.clear()
    known.set(key, explained)
    return explained
  } catch (error) {
    // The page is worth more than the reasons on it.
    web.log.error('a judgement could not be explained', { mention: mention.id, error: String(error) })
    return undefined
  }
}

/** What a rule left out of the judgement explains nothing of it. */
function withoutIgnored(mention: Mention): Mention {
  const words = (mention.classification?.rules ?? []).flatMap((rule) =>
    rule.effect.kind === 'ignore' ? rule.words : [],
  )
  if (words.length === 0) return mention
  const cut = (text: string) => words.reduce((rest, word) => rest.replaceAll(word, ''), text)
  return { ...mention, text: cut(mention.text), title: mention.title === null ? null : cut(mention.title) }
}

function keptOf(web: Web): Map<string, Explained> {
  const known = kept.get(web) ?? new Map<string, Explained>()
  kept.set(web, known)
  return known
}
