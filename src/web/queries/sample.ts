import type { QuerySample } from '../../../views/parts/SampleList.tsx'
import type { Query } from '../../query/ast.ts'
import { traceMatch } from '../../query/trace.ts'
import { avatarUrl } from '../avatar.ts'
import type { Web } from '../web.ts'
import { excerptOf } from './excerpt.ts'
import type { Recent } from './recent.ts'

/** How many samples a preview shows. */
export const mostSamples = 8

/** A mention with what of it the query matches; its beginning where there is none. */
export function sampleOf(web: Web, query: Query | undefined, { row, prepared }: Recent): QuerySample {
  const { mention, author, threadId } = row
  const spans = (query && traceMatch(query, prepared)) ?? []
  const field = spans.some((span) => span.field === 'text') || !mention.title ? 'text' : (spans[0]?.field ?? 'text')
  const marks = spans.filter((span) => span.field === field)
  return {
    threadId,
    author: {
      name: author.name ?? author.handle,
      handle: author.handle,
      avatarUrl: avatarUrl(web, author.avatarUrl),
    },
    source: { id: mention.platform, name: mention.platform, network: mention.platform },
    at: mention.createdAt,
    excerpt: excerptOf(field === 'title' ? (mention.title ?? '') : mention.text, marks),
  }
}
