import type { MatchDocument } from '../query/document.ts'
import type { Tables } from './tables/all.ts'

type Mention = Tables['mentions']['$inferSelect']
type Author = Tables['authors']['$inferSelect']

/** What a listening query looks at in a mention and its author. */
export interface Matchable {
  mention: Pick<
    Mention,
    | 'platform'
    | 'kind'
    | 'title'
    | 'text'
    | 'lang'
    | 'langDeclared'
    | 'url'
    | 'createdAt'
    | 'ratingUnit'
    | 'metrics'
    | 'media'
  >
  author: Pick<Author, 'handle' | 'name' | 'followers'>
}

/** What enrichment matches new mentions by, of one that is stored. */
export function documentOf({ mention, author }: Matchable): MatchDocument {
  const metrics = mention.metrics ?? {}
  return {
    text: mention.text,
    title: mention.title,
    lang: mention.langDeclared ?? mention.lang,
    author: [author.handle, ...(author.name === null ? [] : [author.name])],
    author_followers: author.followers ?? undefined,
    source: mention.platform,
    site: mention.url ?? undefined,
    url: mention.url ?? undefined,
    type: mention.kind,
    rating: mention.ratingUnit === null ? undefined : 1 + 4 * mention.ratingUnit,
    likes: metrics.likes,
    replies: metrics.replies,
    reach: metrics.views,
    links: (mention.media ?? []).filter((item) => item.type === 'link').map((item) => item.url),
    date: mention.createdAt,
  }
}
