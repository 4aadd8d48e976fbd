import type { Item, Node, TextLeaf } from './ast.ts'
import { caseKeys, fieldKey } from './compile.ts'
import type { Switches } from './leafMatch.ts'
import { itemKey } from './vocabulary.ts'

/**
 * A witness is something that every match must contain: a term, or two terms side by side. A query is only looked at
 * for documents that hold one of its witnesses. A pair is one number, `-(first * PAIR + second) - 1`.
 */
export type Witness = number
export const PAIR = 2 ** 24

export const pairOf = (first: number, second: number): Witness => -(first * PAIR + second) - 1
export const firstOfPair = (pair: Witness): number => Math.floor((-pair - 1) / PAIR)
export const secondOfPair = (pair: Witness): number => (-pair - 1) % PAIR

export interface WitnessSet {
  /** Documents in a thousand expected to hold one of them. */
  cost: number
  witnesses: Witness[]
}

export interface Rarity extends Switches {
  /** Number of a key that is in the vocabulary. */
  lookUp: (key: string) => number | undefined
  /** Documents in a thousand that hold the term. */
  frequency: (id: number) => number
}

/** The cheapest set of witnesses, or undefined when a match need not contain any term. */
export function chooseWitnesses(node: Node, rarity: Rarity): WitnessSet | undefined {
  switch (node.type) {
    case 'and':
      return cheapest(node.children.map((child) => chooseWitnesses(child, rarity)))
    case 'near':
      return cheapest([chooseWitnesses(node.left, rarity), chooseWitnesses(node.right, rarity)])
    case 'or':
      return union(node.children.map((child) => chooseWitnesses(child, rarity)))
    case 'scope':
      return chooseWitnesses(node.child, rarity)
    case 'text':
      return ofText(node, rarity)
    case 'case':
      return sequence(caseKeys(node), rarity)
    case 'field': {
      const key = fieldKey(node)
      return key === undefined ? undefined : single(key, rarity)
    }
    default:
      return undefined
  }
}

function cheapest(sets: readonly (WitnessSet | undefined)[]): WitnessSet | undefined {
  let best: WitnessSet | undefined
  for (const set of sets) if (set !== undefined && (best === undefined || set.cost < best.cost)) best = set
  return best
}

function union(sets: readonly (WitnessSet | undefined)[]): WitnessSet | undefined {
  const whole: WitnessSet = { cost: 0, witnesses: [] }
  for (const set of sets) {
    if (set === undefined) return undefined
    whole.cost += set.cost
    whole.witnesses.push(...set.witnesses)
  }
  return { cost: whole.cost, witnesses: [...new Set(whole.witnesses)] }
}

function single(key: string, rarity: Rarity): WitnessSet | undefined {
  const id = rarity.lookUp(key)
  return id === undefined ? undefined : { cost: rarity.frequency(id), witnesses: [id] }
}

function ofText(leaf: TextLeaf, rarity: Rarity): WitnessSet | undefined {
  const keyOf = (item: Item): string => itemKey(item, rarity)
  const keys = leaf.items.map(keyOf)
  const own = leaf.slop === null ? sequence(keys, rarity) : cheapest(keys.map((key) => single(key, rarity)))
  return leaf.joined === null ? own : union([own, single(keyOf(leaf.joined), rarity)])
}

/** Rarest word or rarest pair of neighbours. A pair must be much rarer to be worth its look-up. */
function sequence(keys: readonly string[], rarity: Rarity): WitnessSet | undefined {
  const words = keys.map((key) => single(key, rarity))
  let best = cheapest(words)
  for (let i = 1; i < words.length; i++) {
    const pair = adjacent(words[i - 1], words[i])
    if (pair !== undefined && best !== undefined && pair.cost < best.cost * 0.7) best = pair
  }
  return best
}

/** Neighbours in a language attract each other, so a pair is taken as commoner than chance, yet rarer than either word. */
function adjacent(left: WitnessSet | undefined, right: WitnessSet | undefined): WitnessSet | undefined {
  const first = left?.witnesses[0]
  const second = right?.witnesses[0]
  if (left === undefined || right === undefined || first === undefined || second === undefined) return undefined
  const cost = Math.min(left.cost / 4, right.cost / 4, (left.cost * right.cost) / 200) + 0.5
  return { cost, witnesses: [pairOf(first, second)] }
}
