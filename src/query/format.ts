import type { FieldLeaf, Item, Node, Query, TextLeaf } from './ast.ts'

const SIGILS = { any: '', emoji: '', tag: '#', mention: '@', ticker: '$' } as const
const OPERATOR = /^(AND|OR|NOT|NEAR)$/

/** The query in canonical spelling: operators written out, parentheses only where they are needed or help reading. */
export function formatQuery(query: Query): string {
  return formatNode(query.root)
}

/** One node in canonical spelling; reading it again gives the same tree. */
export function formatNode(node: Node): string {
  switch (node.type) {
    case 'and':
      return node.children.map((child) => wrap(child, ['or'])).join(' AND ')
    case 'or':
      return node.children.map((child) => wrap(child, ['and'])).join(' OR ')
    case 'not':
      return `NOT ${wrap(node.child, ['and', 'or', 'near', 'not'])}`
    case 'near': {
      const left = wrap(node.left, ['and', 'or', 'not'])
      const right = wrap(node.right, ['and', 'or', 'not', 'near'])
      return `${left} NEAR/${node.distance}${node.ordered ? 'f' : ''} ${right}`
    }
    case 'scope':
      return `${node.field}:${wrap(node.child, ['and', 'or', 'near', 'not'])}`
    case 'text':
      return formatText(node)
    case 'case':
      return `case:"${node.text}"`
    case 'raw':
      return `raw:"${node.text}"`
    case 'regex':
      return `regex:/${escapeSlashes(node.pattern)}/${node.flags}`
    default:
      return formatField(node)
  }
}

function wrap(node: Node, types: readonly Node['type'][]): string {
  const text = formatNode(node)
  return types.includes(node.type) ? `(${text})` : text
}

function formatItem(item: Item): string {
  return SIGILS[item.kind] + item.text + (item.match === 'prefix' ? '*' : '')
}

function formatText(leaf: TextLeaf): string {
  const [only] = leaf.items
  const slop = leaf.slop === null ? '' : `~${leaf.slop}`
  if (leaf.joined !== null && slop === '') return formatItem(leaf.joined)
  if (leaf.items.length === 1 && only !== undefined && slop === '' && !OPERATOR.test(only.text)) {
    return formatItem(only)
  }
  return `"${leaf.items.map(formatItem).join(' ')}"${slop}`
}

/** A slash inside an expression is written `\/`; one that is escaped already stays. */
function escapeSlashes(pattern: string): string {
  return pattern.replace(/\\[\s\S]|\//g, (part) => (part === '/' ? '\\/' : part))
}

function formatField({ field, test }: FieldLeaf): string {
  if (test.op === 'range') return `${field}:${test.text}`
  if (test.op !== 'is') return test.op === '=' ? `${field}:${test.text}` : `${field}${test.op}${test.text}`
  const value = test.prefix ? `${test.value}*` : test.value
  const isBare = /^[^\s()"]+$/.test(value) && (test.prefix || !value.endsWith('*'))
  return `${field}:${isBare ? value : `"${value}"`}`
}
