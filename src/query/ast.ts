/** UTF-16 offsets into the query text. Two nodes that differ only here mean the same. */
export interface Place {
  start: number
  end: number
}

/** What kind of token an item asks for. `any` is a word; it also matches the body of a tag, handle or ticker (T4). */
export type ItemKind = 'any' | 'tag' | 'mention' | 'ticker' | 'emoji'

/** One token asked for. `text` is NFC, letter case as typed, without sigil, star kept out, `?` kept in. */
export interface Item {
  kind: ItemKind
  match: 'word' | 'prefix' | 'wild'
  text: string
}

export type Comparison = '<=' | '>=' | '<' | '>' | '='
/** Numbers are plain, dates epoch milliseconds; a range holds both of its ends. */
export type FieldTest =
  | { op: 'is'; value: string; prefix: boolean }
  | { op: Comparison; value: number; text: string }
  | { op: 'range'; from: number; to: number; text: string }

/** Word, prefix, wildcard, tag, handle, ticker, emoji, phrase. `joined` is the run as one tag would hold it (T3, T4). */
export interface TextLeaf {
  type: 'text'
  items: Item[]
  slop: number | null
  joined: Item | null
  at: Place
}
export interface CaseLeaf {
  type: 'case'
  text: string
  items: Item[]
  at: Place
}
export interface RawLeaf {
  type: 'raw'
  text: string
  at: Place
}
export interface RegexLeaf {
  type: 'regex'
  pattern: string
  flags: '' | 'i'
  at: Place
}
export interface FieldLeaf {
  type: 'field'
  field: string
  test: FieldTest
  at: Place
}
export interface GroupNode {
  type: 'and' | 'or'
  children: Node[]
  at: Place
}
export interface NotNode {
  type: 'not'
  child: Node
  at: Place
}
export interface NearNode {
  type: 'near'
  left: Node
  right: Node
  distance: number
  ordered: boolean
  at: Place
}
export interface ScopeNode {
  type: 'scope'
  field: 'title' | 'body'
  child: Node
  at: Place
}
export type Leaf = TextLeaf | CaseLeaf | RawLeaf | RegexLeaf | FieldLeaf
export type Node = Leaf | GroupNode | NotNode | NearNode | ScopeNode

/** A parsed query. `fold` and `stem` are switches of the query, not of the text it meets. */
export interface Query {
  text: string
  root: Node
  fold: boolean
  stem: boolean
  /** Offsets of OR operators that stand beside an AND without parentheses, for the linter. */
  mixedAt: number[]
}

/** Children in source order; leaves have none. */
export function childrenOf(node: Node): Node[] {
  switch (node.type) {
    case 'and':
    case 'or':
      return node.children
    case 'near':
      return [node.left, node.right]
    case 'not':
    case 'scope':
      return [node.child]
    default:
      return []
  }
}

export function isLeaf(node: Node): node is Leaf {
  return childrenOf(node).length === 0
}

/** True when two trees mean the same, places in the text aside. */
export function sameTree(a: Node, b: Node): boolean {
  return shape(a) === shape(b)
}

function shape(node: Node): string {
  return JSON.stringify(node, (key, value: unknown) => (key === 'at' ? undefined : value))
}
