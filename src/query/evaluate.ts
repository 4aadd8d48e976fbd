import type { Node, Query } from './ast.ts'
import type { PreparedDocument } from './document.ts'
import { rawHolds, regexHolds } from './exactMatch.ts'
import type { Scope, Switches } from './leafMatch.ts'
import { caseStretches, narrow, textStretches } from './leafMatch.ts'
import { fieldHolds } from './predicate.ts'
import type { Stretches } from './stretches.ts'
import { isNear, nearStretches, unite } from './stretches.ts'

/** Whether a query matches a document. The matcher gives the same answer faster; this one needs no set-up. */
export function evaluate(query: Query, document: PreparedDocument): boolean {
  return nodeHolds(query.root, document, query, 'any')
}

export function nodeHolds(node: Node, document: PreparedDocument, switches: Switches, scope: Scope): boolean {
  switch (node.type) {
    case 'and':
      return node.children.every((child) => nodeHolds(child, document, switches, scope))
    case 'or':
      return node.children.some((child) => nodeHolds(child, document, switches, scope))
    case 'not':
      return !nodeHolds(node.child, document, switches, scope)
    case 'scope':
      return nodeHolds(node.child, document, switches, narrow(scope, node.field))
    case 'near': {
      const left = stretchesOf(node.left, document, switches, scope)
      if (left.length === 0) return false
      return isNear(left, stretchesOf(node.right, document, switches, scope), node.distance, node.ordered)
    }
    case 'text':
      return textStretches(node, document, switches, scope, true).length > 0
    case 'case':
      return caseStretches(node, document, scope).length > 0
    case 'raw':
      return rawHolds(node, document, scope)
    case 'regex':
      return regexHolds(node, document, scope)
    default:
      return fieldHolds(node, document.source)
  }
}

/** The stretches of what may stand beside NEAR; anything else the parser has refused. */
export function stretchesOf(node: Node, document: PreparedDocument, switches: Switches, scope: Scope): Stretches {
  switch (node.type) {
    case 'text':
      return textStretches(node, document, switches, scope)
    case 'or':
      return unite(node.children.map((child) => stretchesOf(child, document, switches, scope)))
    case 'near': {
      const left = stretchesOf(node.left, document, switches, scope)
      const right = left.length === 0 ? [] : stretchesOf(node.right, document, switches, scope)
      return nearStretches(left, right, node.distance, node.ordered)
    }
    default:
      return []
  }
}
