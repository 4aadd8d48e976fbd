import type { StemLanguage } from '../text/stem.ts'
import { CJK, EMOJI_TOKEN, WORD } from '../text/tokenise.ts'
import { absent, readTitled, wordEpoch, type TitledText, type WordedText } from '../text/words.ts'
import type { Item, Node, Query } from './ast.ts'
import type { Check, Compiler } from './compile.ts'
import { compileNode } from './compile.ts'
import { fieldsOf, languageOf, type MatchDocument, type PreparedDocument } from './document.ts'
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
  positionsOf,
  preparedOf,
  textBase,
  widen,
} from './matchState.ts'
import { parseQuery } from './parse.ts'
import { textsOf } from './predicate.ts'
import type { SurfaceTable } from './surfaceTable.ts'
import { addIds, clearSurfaces, createSurfaceTable, renewSurfaces } from './surfaceTable.ts'
import { createVocabulary, dropTerm, itemKey, takeTerm, termsOfToken, termsOfValue } from './vocabulary.ts'
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
  /**
   * Ids of the queries that match, in the order in which their places were first taken. `read`: title and text of the
   * document, where the caller has read them (`fieldsOf`, `readTitled`).
   */
  match(document: MatchDocument, read?: TitledText): string[]
  /** The document of the last `match`, for traces of the queries of this matcher; good until the next one. */
  prepared(): PreparedDocument
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
  const ownRead = state.read
  let documentLanguage: StemLanguage = 'none'
  /** Terms of items that were traced; an item belongs to one query, whose switches never change. */
  let idsOfItems = new WeakMap<Item, number>()
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
    idsOfItems = new WeakMap()
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
    renewSurfaces(table)
    return table
  }

  /** Looks every word up, records the positions of its terms and tries the queries that a pair of neighbours wakes. */
  function readWords(read: WordedText, base: number, table: SurfaceTable, language: StemLanguage): void {
    const { words } = read
    const { count } = read.tokens
    const places = table.places.values
    let { ids } = table
    // Locals throughout: this loop runs for every token of every mention.
    const { generation, stamp, head, tail, flags } = state
    let { next, position, links } = state
    let reached = touchedCount
    let leftFrom = 0
    let leftTo = 0
    let before = 0
    for (let i = 0; i < count; i++) {
      const word = words[i] as number
      let place = word < 0 ? absent : (places[word] as number)
      if (place < 0) {
        place = meet(table, read, i, language)
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

  function meet(table: SurfaceTable, { text, tokens, words }: WordedText, i: number, language: StemLanguage): number {
    const kind = tokens.kind[i] as number
    const hasSigil = kind !== WORD && kind !== CJK && kind !== EMOJI_TOKEN
    const surface = text.slice(tokens.start[i], tokens.end[i])
    const place = addIds(table, termsOfToken(vocabulary, surface, kind, hasSigil, language))
    const word = words[i] as number
    if (word >= 0) table.places.values[word] = place
    return place
  }

  /** For traces: what the words of the document in hand satisfy is known, so that no form is made a second time. */
  function positionsOfItem(item: Item, switches: Switches): readonly number[] | undefined {
    let id = idsOfItems.get(item)
    if (id === undefined) {
      id = vocabulary.ids.get(itemKey(item, switches))
      if (id === undefined) return undefined
      idsOfItems.set(item, id)
    }
    if (state.stamp[id] !== state.generation) return none
    if (((state.flags[id] as number) & POSITIONAL) !== 0) return positionsOf(state, id)
    const found: number[] = []
    placesOf(state.read.title, 0, id, found)
    placesOf(state.read.text, textBase(state), id, found)
    return found
  }

  function placesOf(read: WordedText, base: number, id: number, found: number[]): void {
    const table = surfaces.get(documentLanguage)
    if (table === undefined) return
    for (let i = 0; i < read.tokens.count; i++) {
      const word = read.words[i] as number
      // What is too long to be kept under a number is worked out once more.
      const place = word < 0 ? meet(table, read, i, documentLanguage) : (table.places.values[word] as number)
      const { ids } = table
      const to = place + 1 + (ids[place] as number)
      for (let k = place + 1; k < to; k++) if (ids[k] === id) found.push(base + i)
    }
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

  function match(document: MatchDocument, read?: TitledText): string[] {
    begin(document, read)
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

  function begin(document: MatchDocument, read: TitledText | undefined): void {
    documents++
    isCounted = documents % COUNT_EVERY === 0
    if (isCounted) counted++
    state.generation++
    state.links = 0
    state.document = document
    state.prepared = undefined
    touchedCount = 0
    pendingCount = 0
    if (read?.text.epoch === wordEpoch()) state.read = read
    else {
      const fields = fieldsOf(document)
      readTitled(ownRead, fields.title, fields.text)
      state.read = ownRead
    }
    const { title, text } = state.read
    documentLanguage = languageOf(document)
    const table = surfacesFor(documentLanguage)
    state.border = title.tokens.count
    if (state.border > 0) readWords(title, 0, table, documentLanguage)
    readWords(text, textBase(state), table, documentLanguage)
    if (indexed.length > 0) readFields(document)
  }

  function prepared(): PreparedDocument {
    const known = preparedOf(state)
    known.positionsOf = positionsOfItem
    return known
  }

  return {
    get size(): number {
      return slots.size
    },
    add,
    remove,
    match,
    prepared,
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

const none: readonly number[] = []

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
