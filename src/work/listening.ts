import type { StreamedPost } from '../connector/contract.ts'
import type { MatchDocument } from '../query/document.ts'
import type { Listening } from './examine.ts'

/**
 * For streams that carry a whole network: does some query want this post? A query that no term must occur in (`lang:en`
 * alone) would want nearly everything, so such queries are left out here; over what is stored they match as always.
 * Topics sort what was heard and ask for nothing.
 */
export function wantedBy({ matcher, byId }: Listening, platform: string): (post: StreamedPost) => boolean {
  if (matcher.size === 0) return () => false
  const asks = (id: string) => {
    const rule = byId.get(id)
    return rule !== undefined && !('topic' in rule.row) && matcher.cost(id)?.isAlwaysChecked === false
  }
  return (post) => matcher.match(documentOf(post, platform)).some(asks)
}

function documentOf(post: StreamedPost, platform: string): MatchDocument {
  return {
    text: post.text,
    title: post.title,
    lang: post.lang,
    author: post.author,
    source: platform,
    site: post.url,
    url: post.url,
    type: post.kind,
    links: post.links ?? [],
    date: post.createdAt,
  }
}
