import type { FieldLeaf, Item, Node, Query, TextLeaf } from './ast.ts'
import { childrenOf } from './ast.ts'
import { FIELDS } from './fields.ts'
import { formatNode } from './format.ts'

/** One line of the explain tree; `start` and `end` are UTF-16 offsets into the query. */
export interface Explanation {
  op: string
  term: string
  means: string
  start: number
  end: number
  children?: Explanation[]
}

/** What a query means, as a tree with a sentence for each part. */
export function explainQuery(query: Query): Explanation {
  return explain(query.root, query)
}

function explain(node: Node, query: Query): Explanation {
  const op = node.type === 'text' ? textType(node) : node.type
  const line = { op, term: formatNode(node), means: meaning(node, query), start: node.at.start, end: node.at.end }
  const children = childrenOf(node).map((child) => explain(child, query))
  return children.length === 0 ? line : { ...line, children }
}

function textType(leaf: TextLeaf): string {
  const [first] = leaf.items
  if (leaf.items.length > 1 || first === undefined) return 'phrase'
  if (first.kind !== 'any') return first.kind
  return first.match === 'wild' ? 'wildcard' : first.match
}

function meaning(node: Node, query: Query): string {
  switch (node.type) {
    case 'and':
      return 'all of these'
    case 'or':
      return 'any of these'
    case 'not':
      return 'does not match'
    case 'near':
      return node.ordered
        ? `at most ${node.distance} tokens between them, in this order`
        : `at most ${node.distance} tokens between them, in either order`
    case 'scope':
      return node.field === 'title' ? 'in the title only' : 'in the text only'
    case 'text':
      return textMeaning(node, query)
    case 'case':
      return 'these words with exactly this letter case'
    case 'raw':
      return 'exactly these characters, also inside a word'
    case 'regex':
      return `text that this expression describes${node.flags === 'i' ? ', letter case ignored' : ''}`
    default:
      return fieldMeaning(node)
  }
}

function textMeaning(leaf: TextLeaf, query: Query): string {
  const [first] = leaf.items
  if (leaf.slop !== null) return `all of these words in any order, at most ${leaf.slop} other tokens among them`
  if (leaf.items.length > 1 || first === undefined) return `these ${leaf.items.length} tokens one after the other`
  return itemMeaning(first, query)
}

function itemMeaning(item: Item, query: Query): string {
  const forms = [query.stem && 'other forms of it', query.fold && 'without accents'].filter(Boolean).join(' or ')
  const also = forms === '' ? '' : `, also in ${forms}`
  const words = { any: 'word', tag: 'tag', mention: 'handle', ticker: 'ticker', emoji: 'emoji' }
  if (item.match === 'prefix') return `a ${words[item.kind]} that begins with ${item.text}`
  if (item.match === 'wild') return `a ${words[item.kind]} of this shape, ? being one character`
  return `the ${words[item.kind]} ${item.text}${item.kind === 'any' ? also : ''}`
}

function fieldMeaning({ field, test }: FieldLeaf): string {
  const help = FIELDS[field]?.help ?? field
  if (test.op === 'is') return `${help}: ${test.prefix ? 'begins with ' : ''}${test.value}`
  return `${help}: ${test.op === 'range' ? 'within' : test.op} ${test.text}`
}
