import type { Node, Place, Query } from './ast.ts'
import { parseQuery, type ParseOptions, type ParseResult } from './parse.ts'

/**
 * The query that mentions are matched against: `(query) NOT (list) NOT (list)`, with places in that text. Each text is
 * read for itself, so that the limits of a query hold for each, and no list can change how the query is read. A list
 * that cannot be read hides nothing: better too much than silence.
 */
export function effectiveQuery(text: string, options: ParseOptions, lists: readonly string[]): ParseResult {
  const parsed = parseQuery(text, options)
  return parsed.ok ? { ok: true, query: excludeFrom(parsed.query, lists, options) } : parsed
}

function excludeFrom(query: Query, lists: readonly string[], options: ParseOptions): Query {
  const excluded = lists.flatMap((list) => {
    const parsed = parseQuery(list, options)
    return parsed.ok ? [parsed.query] : []
  })
  if (excluded.length === 0) return query
  let text = `(${query.text})`
  const wanted = moved(query.root, 1)
  // A list of terms that must all hold is taken apart, as the parser does with an AND inside an AND.
  const children: Node[] = wanted.type === 'and' ? [...wanted.children] : [wanted]
  for (const list of excluded) {
    const start = text.length + 1
    text += ` NOT (${list.text})`
    children.push({ type: 'not', child: moved(list.root, start + 5), at: { start, end: text.length } })
  }
  return {
    ...query,
    text,
    root: { type: 'and', children, at: { start: 0, end: text.length } },
    mixedAt: query.mixedAt.map((at) => at + 1),
  }
}

/** The same tree, its places further on in the text. */
function moved(node: Node, by: number): Node {
  const at: Place = { start: node.at.start + by, end: node.at.end + by }
  switch (node.type) {
    case 'and':
    case 'or':
      return { ...node, at, children: node.children.map((child) => moved(child, by)) }
    case 'near':
      return { ...node, at, left: moved(node.left, by), right: moved(node.right, by) }
    case 'not':
    case 'scope':
      return { ...node, at, child: moved(node.child, by) }
    default:
      return { ...node, at }
  }
}
