import { ProviderError } from '../../provider/provider.ts'
import { loadWorkspace, maskFor } from '../../store/settings.ts'
import { findMention } from '../../store/thread.ts'
import { viewOf } from '../respond.tsx'
import { idOf, respondChanged } from '../threads/showThread.tsx'
import { keepTranslation } from '../threads/translations.ts'
import type { Ctx } from '../web.ts'

/** Asks the other model that is set up, because a person wants to read this text; nothing is stored. */
export async function translateMention(c: Ctx): Promise<Response> {
  const web = c.get('web')
  const found = await findMention(web.store.read, idOf(c))
  if (!found || found.mention.deletedAt !== null) return c.notFound()
  const { mention } = found
  const { t, locale } = viewOf(c)
  const keep = (said: { text: string; by: string } | { problem: string }) => keepTranslation(web, mention, locale, said)
  try {
    const provider = (await web.providers.current())?.provider
    if (!provider?.translate) return c.notFound()
    // Handing a text to another model hands it on, as an export does.
    const mask = maskFor(await loadWorkspace(web.store.read))
    const text = [mention.title, mention.text].filter(Boolean).join('\n')
    const said = await provider.translate(mask(text), languageIn(locale), c.req.raw.signal)
    keep(said === undefined ? { problem: t.thread.translation.unusable } : { text: said, by: provider.model })
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    keep({ problem: error.message })
  }
  return respondChanged(c, found.threadId)
}

/** Models understand languages best by their English names. */
function languageIn(locale: string): string {
  return new Intl.DisplayNames('en', { type: 'language' }).of(new Intl.Locale(locale).language) ?? locale
}
