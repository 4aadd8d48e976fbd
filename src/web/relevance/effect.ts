import type { ExclusionModel } from '../../../views/pages/Relevance.tsx'
import { listening } from '../../i18n/listening.ts'
import { sameTree, type Query } from '../../query/ast.ts'
import { prepareDocument } from '../../query/document.ts'
import { evaluate } from '../../query/evaluate.ts'
import { effectiveQuery } from '../../query/exclude.ts'
import { parseQuery } from '../../query/parse.ts'
import { leaningOf, leaningsOf } from '../../query/suggestExclusions.ts'
import { documentOf } from '../../store/matchDocument.ts'
import type { ListeningQuery } from '../../store/queries.ts'
import { listKept, listLabelled, listRejected } from '../../store/rejections.ts'
import type { Reader } from '../../store/store.ts'
import { sampleOf } from '../queries/sample.ts'
import type { Web } from '../web.ts'

/** Newest matches of each kind that are compared. */
const mostCompared = { rejected: 300, kept: 1000 }
const mostShown = 20

type Kept = Awaited<ReturnType<typeof listKept>>[number]

/** What leaving a term out of a query would hide of its stored matches. Undefined: the term cannot be read. */
export async function effectOf(
  web: Web,
  query: ListeningQuery,
  text: string,
): Promise<Omit<ExclusionModel, 'canEdit' | 'lists'> | undefined> {
  const parsed = parseQuery(text, query.settings)
  if (!parsed.ok) return undefined
  const judged = await loadJudged(web.store.read, query.seq)
  const rejected = judged.rejected.map(documentOf)
  const { kept } = judged
  const hidden = kept.filter((one) => hits(parsed.query, one))
  const leanings = leaningsOf(rejected, kept.map(documentOf))
  const goodOnes = hidden
    .map((one) => ({ one, worked: isWorkedOn(one), leaning: leaningOf(documentOf(one), leanings) }))
    .toSorted((a, b) => Number(b.worked) - Number(a.worked) || a.leaning - b.leaning)
    .slice(0, mostShown)
  return {
    query: { id: query.id, name: query.name },
    text,
    becomes: withoutTerm(query.text, text),
    rejected: rejected.filter((document) => evaluate(parsed.query, prepareDocument(document))).length,
    rejectedOf: rejected.length,
    kept: hidden.length,
    keptOf: kept.length,
    goodOnes: goodOnes.map(({ one: { mention, author, thread }, worked }) => ({
      ...sampleOf(web, parsed.query, {
        row: { mention, author, threadId: thread.id },
        prepared: prepareDocument(documentOf({ mention, author })),
      }),
      ...(worked ? { note: thread.customerSeq === null ? listening.workedOn : listening.linkedCustomer } : {}),
    })),
  }
}

/** What people called not relevant, in the inbox or in a sample of the query's quality, and what stands against it. */
export async function loadJudged(read: Reader, querySeq: number) {
  const marked = await listRejected(read, querySeq, mostCompared.rejected)
  const seqs = new Set(marked.map((one) => one.mention.seq))
  const fresh = <Row extends { mention: { seq: number } }>(rows: Row[]): Row[] =>
    rows.filter(({ mention }) => !seqs.has(mention.seq) && seqs.add(mention.seq))
  const rejected = [...marked, ...fresh(await listLabelled(read, querySeq, 'no', mostCompared.rejected))]
  if (rejected.length === 0) return { marked, rejected, kept: [] }
  const labelled = fresh(await listLabelled(read, querySeq, 'yes', mostCompared.kept))
  return { marked, rejected, kept: [...labelled, ...fresh(await listKept(read, querySeq, mostCompared.kept))] }
}

function hits(query: Query, row: Kept): boolean {
  return evaluate(query, prepareDocument(documentOf(row)))
}

/** Somebody answered it, took it on, closed it, or knows its author. */
function isWorkedOn({ thread }: Kept): boolean {
  const { lastReplyAt, assigneeId, customerSeq, state } = thread
  return lastReplyAt !== null || assigneeId !== null || customerSeq !== null || state === 'resolved'
}

/** The query without a term: in parentheses only where NOT would otherwise bind to a part of it. */
export function withoutTerm(text: string, term: string): string {
  const wanted = effectiveQuery(text, {}, [term])
  for (const short of [`${text} NOT ${term}`, `(${text}) NOT ${term}`]) {
    const parsed = parseQuery(short)
    if (wanted.ok && parsed.ok && sameTree(parsed.query.root, wanted.query.root)) return short
  }
  return `(${text}) NOT (${term})`
}

/** A list with one more term. */
export function addTerm(list: string, term: string): string {
  const wanted = parseQuery(`(${list}) OR (${term})`)
  const short = `${list}\nOR ${term}`
  const parsed = parseQuery(short)
  return wanted.ok && parsed.ok && sameTree(parsed.query.root, wanted.query.root) ? short : `(${list})\nOR (${term})`
}
