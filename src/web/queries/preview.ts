import type { QueryPreviewModel } from '../../../views/pages/Queries.tsx'
import { prepareDocument } from '../../query/document.ts'
import { evaluate } from '../../query/evaluate.ts'
import { parseQuery } from '../../query/parse.ts'
import { listRecentForMatching } from '../../store/queries.ts'
import { avatarUrl } from '../avatar.ts'
import { spansOf } from '../spans.ts'
import type { Ctx } from '../web.ts'

/** The newest mentions are tried; more would make typing wait. */
const tried = 500
const shown = 8
const days = 30

/** What the query would catch among what is here, or where it cannot be read. */
export async function previewQuery(c: Ctx, text: string): Promise<QueryPreviewModel> {
  const empty: QueryPreviewModel = { query: text, warnings: [], matches: 0, days, samples: [] }
  if (text.trim() === '') return empty
  const parsed = parseQuery(text)
  if (!parsed.ok) {
    const { error: message, position, suggestion } = parsed
    return { ...empty, error: { message, position, ...(suggestion === undefined ? {} : { suggestion }) } }
  }
  const web = c.get('web')
  const since = web.clock.now() - days * 86_400_000
  const recent = (await listRecentForMatching(web.store.read, tried)).filter(
    ({ mention }) => mention.createdAt >= since,
  )
  const found = recent.filter(({ mention, author }) =>
    evaluate(
      parsed.query,
      prepareDocument({
        title: mention.title,
        text: mention.text,
        lang: mention.langDeclared ?? mention.lang,
        author: [author.handle, ...(author.name ? [author.name] : [])],
        author_followers: author.followers,
        source: mention.platform,
        url: mention.url,
        type: mention.kind,
        rating: mention.ratingUnit === null ? undefined : 1 + 4 * mention.ratingUnit,
        likes: mention.metrics?.likes,
        replies: mention.metrics?.replies,
        reach: mention.metrics?.views,
        date: mention.createdAt,
      }),
    ),
  )
  return {
    ...empty,
    matches: found.length,
    samples: found.slice(0, shown).map(({ mention, author, threadId }) => ({
      threadId,
      author: {
        name: author.name ?? author.handle,
        handle: author.handle,
        avatarUrl: avatarUrl(web, author.avatarUrl),
      },
      source: { id: mention.platform, name: mention.platform, network: mention.platform },
      at: mention.createdAt,
      excerpt: spansOf(mention.text.slice(0, 240).toWellFormed()),
    })),
  }
}
