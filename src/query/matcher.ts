import type { StemLanguage } from '../text/stem.ts'
import { stemLanguage } from '../text/stem.ts'
import type { TokenBuffer } from '../text/tokenise.ts'
import { CJK, EMOJI_TOKEN, WORD, scan } from '../text/tokenise.ts'
import type { Node, Query } from './ast.ts'
import type { Check, Compiler } from './compile.ts'
import { compileNode } from './compile.ts'
import type { MatchDocument } from './document.ts'
import { LONGEST_FIELD } from './document.ts'
import type { Switches } from './leafMatch.ts'
import {
  ENDS_PAIR,
  POSITIONAL,
  STARTS_PAIR,
  WAKES,
  addPosition,
  createMatchState,
  ensureTerms,
  growLinks,
  textBase,
  widen,
} from './matchState.ts'
import { parseQuery } from './parse.ts'
import { textsOf } from './predicate.ts'
import type { SurfaceTable } from './surfaceTable.ts'
import { addSurface, clearSurfaces, createSurfaceTable, findSurface, findSurfaces, isFull } from './surfaceTable.ts'
import { createVocabulary, dropTerm, takeTerm, termsOfToken, termsOfValue } from './vocabulary.ts'
import type { Rarity, Witness, WitnessSet } from './witness.ts'
import { PAIR, chooseWitnesses, firstOfPair, secondOfPair } from './witness.ts'

/** What one query has cost since it was added. Many candidates with few matches mean that it has no rare term. */
export interface QueryCost {
  candidates: number
  matches: number
  /** True when no term must occur, so that every document is a candidate. */
  isAlwaysChecked: boolean
}

/** Many queries against one document at a time. Queries come and go between documents without a rebuild. */
export interface Matcher {
  readonly size: number
  /** Adds a query, or replaces the one with this id. */
  add(id: string, query: Query): void
  remove(id: string): boolean
  /** Ids of the queries that match, in the order in which their places were first taken. */
  match(document: MatchDocument): string[]
  cost(id: string): QueryCost | undefined
  /** Chooses the witnesses of every query anew from the frequencies seen so far; also happens bit by bit by itself. */
  replan(): void
}

interface Entry {
  id: string
  text: string
  fold: boolean
  stem: boolean
  check: Check
  witnesses: Witness[] | undefined
  /** Candidates at which its witnesses are looked at again. */
  reviewAt: number
}

/** A field whose values are looked up like terms, and the terms of the values met. */
interface IndexedField {
  name: string
  values: Map<string, readonly number[]>
}

/** Documents between two reviews of one costly query. */
const REVIEW_EVERY = 64
const FIRST_REVIEW = 64
/** How often terms are counted to learn which are rare. */
const COUNT_EVERY = 8
/** Values remembered per field, of those that are looked up like terms. */
const MOST_VALUES = 10_000

export function createMatcher(): Matcher {
  const state = createMatchState()
  const vocabulary = createVocabulary()
  const surfaces = new Map<StemLanguage, SurfaceTable>()
  const slots = new Map<string, number>()
  const entries: (Entry | undefined)[] = []
  const freeSlots: number[] = []
  const byTerm: (number[] | undefined)[] = []
  const byPair = new Map<Witness, number[]>()
  let startsPair: Int32Array = new Int32Array(1024)
  let endsPair: Int32Array = new Int32Array(1024)
  let frequency: Int32Array = new Int32Array(1024)
  let candidates: Int32Array = new Int32Array(256)
  let matches: Int32Array = new Int32Array(256)
  let candidateStamp: Int32Array = new Int32Array(256)
  const always: number[] = []
  let touched: Int32Array = new Int32Array(1024)
  let touchedCount = 0
  let tokenPlaces = new Int32Array(256)
  let pending: Int32Array = new Int32Array(256)
  let pendingCount = 0
  const hits: number[] = []
  let indexed: IndexedField[] = []
  let documents = 0
  let counted = 0
  let isCounted = false
  let reviewed = 0

  function rarityOf(switches: Switches): Rarity {
    return {
      fold: switches.fold,
      stem: switches.stem,
      lookUp: (key) => vocabulary.ids.get(key),
      frequency: (id) => expectedPerMille(frequency[id] as number, counted, vocabulary.keys[id] ?? ''),
    }
  }

  function forgetSurfaces(): void {
    for (const table of surfaces.values()) clearSurfaces(table)
    const fields = [...vocabulary.fieldTerms].filter(([, terms]) => terms > 0)
    indexed = fields.map(([field]) => ({ name: field, values: new Map() }))
  }

  function takeId(key: string): number {
    const { id, isNew } = takeTerm(vocabulary, key)
    if (!isNew) return id
    ensureTerms(state, id + 1)
    if (id >= frequency.length) {
      frequency = widen(frequency, state.stamp.length)
      touched = widen(touched, state.stamp.length)
      startsPair = widen(startsPair, state.stamp.length)
      endsPair = widen(endsPair, state.stamp.length)
    }
    state.stamp[id] = 0
    state.flags[id] = 0
    frequency[id] = 0
    forgetSurfaces()
    return id
  }

  function add(id: string, query: Query): void {
    remove(id)
    const slot = freeSlots.pop() ?? entries.length
    if (slot >= candidates.length) {
      candidates = widen(candidates, slot * 2)
      matches = widen(matches, slot * 2)
      candidateStamp = widen(candidateStamp, slot * 2)
      pending = widen(pending, slot * 2)
    }
    const check = compileNode(query.root, compilerWith(query, takeId), 'any')
    const { fold, stem } = query
    entries[slot] = { id, text: query.text, fold, stem, check, witnesses: undefined, reviewAt: FIRST_REVIEW }
    slots.set(id, slot)
    candidates[slot] = 0
    matches[slot] = 0
    candidateStamp[slot] = 0
    placeWitnesses(slot, chooseWitnesses(query.root, rarityOf(query)))
  }

  function compilerWith({ fold, stem }: Switches, term: (key: string) => number): Compiler {
    return { state, fold, stem, term }
  }

  function placeWitnesses(slot: number, set: WitnessSet | undefined): void {
    const entry = entries[slot]
    if (entry === undefined) return
    if (set === undefined) {
      always.push(slot)
      return
    }
    entry.witnesses = set.witnesses
    for (const witness of set.witnesses) {
      if (witness >= 0) {
        ;(byTerm[witness] ??= []).push(slot)
        setFlag(witness, WAKES, true)
      } else {
        const list = byPair.get(witness)
        if (list !== undefined) list.push(slot)
        else byPair.set(witness, [slot])
        countPair(witness, 1)
      }
    }
  }

  function countPair(pair: Witness, by: 1 | -1): void {
    const first = firstOfPair(pair)
    const second = secondOfPair(pair)
    startsPair[first] = (startsPair[first] as number) + by
    endsPair[second] = (endsPair[second] as number) + by
    setFlag(first, STARTS_PAIR, startsPair[first] !== 0)
    setFlag(second, ENDS_PAIR, endsPair[second] !== 0)
  }

  function setFlag(id: number, flag: number, isOn: boolean): void {
    const { flags } = state
    flags[id] = isOn ? (flags[id] as number) | flag : (flags[id] as number) & ~flag
  }

  function liftWitnesses(slot: number): void {
    const witnesses = entries[slot]?.witnesses
    if (witnesses === undefined) {
      takeOut(always, slot)
      return
    }
    for (const witness of witnesses) {
      const list = witness >= 0 ? byTerm[witness] : byPair.get(witness)
      if (list !== undefined) takeOut(list, slot)
      if (witness >= 0) {
        setFlag(witness, WAKES, list !== undefined && list.length > 0)
        continue
      }
      countPair(witness, -1)
      if (list?.length === 0) byPair.delete(witness)
    }
  }

  function remove(id: string): boolean {
    const slot = slots.get(id)
    const entry = slot === undefined ? undefined : entries[slot]
    if (slot === undefined || entry === undefined) return false
    liftWitnesses(slot)
    let isGone = false
    const drop = (key: string): number => {
      const term = vocabulary.ids.get(key) ?? 0
      isGone = dropTerm(vocabulary, key) || isGone
      return term
    }
    compileNode(rootOf(entry), compilerWith(entry, drop), 'any') // visits each term as often as adding did
    if (isGone) forgetSurfaces()
    entries[slot] = undefined
    slots.delete(id)
    freeSlots.push(slot)
    return true
  }

  function review(slot: number): void {
    const entry = entries[slot]
    if (entry === undefined) return
    entry.reviewAt = (candidates[slot] as number) * 2
    const set = chooseWitnesses(rootOf(entry), rarityOf(entry))
    if (set === undefined || isSame(set.witnesses, entry.witnesses)) return
    liftWitnesses(slot)
    placeWitnesses(slot, set)
  }

  /** Now and then one query that is tried much more often than it matches gets its witnesses chosen anew. */
  function reviewOne(): void {
    for (let tried = 0; tried < 64 && entries.length > 0; tried++) {
      reviewed = (reviewed + 1) % entries.length
      const entry = entries[reviewed]
      const tries = candidates[reviewed] as number
      if (entry === undefined || tries < entry.reviewAt || (matches[reviewed] as number) * 4 > tries) continue
      review(reviewed)
      return
    }
  }

  function surfacesFor(language: StemLanguage): SurfaceTable {
    let table = surfaces.get(language)
    if (table === undefined) surfaces.set(language, (table = createSurfaceTable()))
    else if (isFull(table)) clearSurfaces(table)
    return table
  }

  /** Looks every token up, records the positions of its terms and tries the queries that a pair of neighbours wakes. */
  function readTokens(text: string, tokens: TokenBuffer, base: number, language: StemLanguage): void {
    scan(text, tokens)
    const table = surfacesFor(language)
    const { count } = tokens
    if (count > tokenPlaces.length) tokenPlaces = new Int32Array(count * 2)
    findSurfaces(table, text, tokens, tokenPlaces)
    let { ids } = table
    // Locals throughout: this loop runs for every token of every mention.
    const { generation, stamp, head, tail, flags } = state
    let { next, position, links } = state
    let reached = touchedCount
    let leftFrom = 0
    let leftTo = 0
    let before = 0
    for (let i = 0; i < count; i++) {
      let place = tokenPlaces[i] as number
      if (place < 0) {
        place = meet(table, text, tokens, i, language)
        ids = table.ids
      }
      const from = place + 1
      const to = from + (ids[place] as number)
      let found = 0
      for (let k = from; k < to; k++) {
        const id = ids[k] as number
        const flag = flags[id] as number
        found |= flag
        const isFirst = stamp[id] !== generation
        if (isFirst) {
          stamp[id] = generation
          if (isCounted || (flag & WAKES) !== 0) touched[reached++] = id
        }
        if ((flag & POSITIONAL) === 0) continue
        if (links === next.length) {
          growLinks(state)
          next = state.next
          position = state.position
        }
        position[links] = base + i
        next[links] = -1
        if (isFirst) head[id] = links
        else next[tail[id] as number] = links
        tail[id] = links++
      }
      if ((found & ENDS_PAIR) !== 0 && (before & STARTS_PAIR) !== 0) readPairs(ids, leftFrom, leftTo, from, to)
      before = found
      leftFrom = from
      leftTo = to
    }
    state.links = links
    touchedCount = reached
  }

  function meet(table: SurfaceTable, text: string, tokens: TokenBuffer, index: number, language: StemLanguage): number {
    const from = tokens.start[index] as number
    const to = tokens.end[index] as number
    const hash = tokens.hash[index] as number
    const known = findSurface(table, hash, text, from, to) // met earlier in this very text
    if (known >= 0) return known
    const surface = text.slice(from, to)
    const kind = tokens.kind[index] as number
    const hasSigil = kind !== WORD && kind !== CJK && kind !== EMOJI_TOKEN
    const found = termsOfToken(vocabulary, surface, kind, hasSigil, language)
    return addSurface(table, hash, surface, found)
  }

  function readPairs(ids: Int32Array, leftFrom: number, leftTo: number, from: number, to: number): void {
    for (let a = leftFrom; a < leftTo; a++) {
      const first = ids[a] as number
      if (((state.flags[first] as number) & STARTS_PAIR) === 0) continue
      for (let b = from; b < to; b++) {
        const second = ids[b] as number
        const list = byPair.get(-(first * PAIR + second) - 1)
        if (list !== undefined) tryAll(list)
      }
    }
  }

  function tryAll(list: readonly number[]): void {
    const { generation } = state
    for (let i = 0; i < list.length; i++) {
      const slot = list[i] as number
      if (candidateStamp[slot] === generation) continue
      candidateStamp[slot] = generation
      pending[pendingCount++] = slot
    }
  }

  function readFields(document: MatchDocument): void {
    for (let i = 0; i < indexed.length; i++) {
      const { name, values } = indexed[i] as IndexedField
      const value = document[name]
      if (typeof value === 'string') readValue(name, values, value)
      else for (const text of textsOf(document, name)) readValue(name, values, text)
    }
  }

  function readValue(field: string, values: Map<string, readonly number[]>, value: string): void {
    let ids = values.get(value)
    if (ids === undefined) {
      if (values.size >= MOST_VALUES) values.clear()
      values.set(value, (ids = termsOfValue(vocabulary, field, value)))
    }
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] as number
      if (addPosition(state, id, 0)) touched[touchedCount++] = id
    }
  }

  function match(document: MatchDocument): string[] {
    begin(document)
    for (let i = 0; i < touchedCount; i++) {
      const id = touched[i] as number
      if (isCounted) frequency[id] = (frequency[id] as number) + 1
      const list = byTerm[id]
      if (list !== undefined) tryAll(list)
    }
    if (always.length > 0) tryAll(always)
    if (documents % REVIEW_EVERY === 0) reviewOne()
    return verify()
  }

  function verify(): string[] {
    hits.length = 0
    for (let i = 0; i < pendingCount; i++) {
      const slot = pending[i] as number
      candidates[slot] = (candidates[slot] as number) + 1
      if (!(entries[slot] as Entry).check()) continue
      matches[slot] = (matches[slot] as number) + 1
      hits.push(slot)
    }
    if (hits.length === 0) return []
    if (hits.length > 1) hits.sort((a, b) => a - b)
    return hits.map((slot) => (entries[slot] as Entry).id)
  }

  function begin(document: MatchDocument): void {
    documents++
    isCounted = documents % COUNT_EVERY === 0
    if (isCounted) counted++
    state.generation++
    state.links = 0
    state.document = document
    state.prepared = undefined
    touchedCount = 0
    pendingCount = 0
    const { title, text } = document
    const language = stemLanguage(typeof document.lang === 'string' ? document.lang : undefined)
    state.titleTokens.count = 0
    if (typeof title === 'string' && title !== '') readTokens(cut(title), state.titleTokens, 0, language)
    state.border = state.titleTokens.count
    readTokens(typeof text === 'string' ? cut(text) : '', state.textTokens, textBase(state), language)
    if (indexed.length > 0) readFields(document)
  }

  return {
    get size(): number {
      return slots.size
    },
    add,
    remove,
    match,
    cost(id) {
      const slot = slots.get(id)
      if (slot === undefined) return undefined
      return {
        candidates: candidates[slot] as number,
        matches: matches[slot] as number,
        isAlwaysChecked: entries[slot]?.witnesses === undefined,
      }
    },
    replan() {
      for (const slot of slots.values()) review(slot)
    },
  }
}

const cut = (text: string): string => (text.length > LONGEST_FIELD ? text.slice(0, LONGEST_FIELD) : text)

function rootOf({ text, fold, stem }: Entry): Node {
  const parsed = parseQuery(text, { mode: 'view', fold, stem })
  if (!parsed.ok) throw new Error(`A query that was read once cannot be read again: ${parsed.error}`)
  return parsed.query.root
}

function takeOut(list: number[], slot: number): void {
  const index = list.indexOf(slot)
  if (index < 0) return
  list[index] = list.at(-1) as number
  list.length--
}

function isSame(a: readonly number[], b: readonly number[] | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((value, i) => value === b[i])
}

/** Documents in a thousand that hold a term: a guess from its length until enough documents have been counted. */
function expectedPerMille(seen: number, documents: number, key: string): number {
  const length = key.length - key.indexOf(':')
  const guess = key.startsWith('x') ? 60 / length : 30 / (length * length)
  const weight = 50
  return ((seen + (guess * weight) / 1000) * 1000) / (documents + weight)
}
