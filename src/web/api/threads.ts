import { z } from 'zod'
import { sentiments } from '../../domain/classification.ts'
import { threadStates, type ThreadState } from '../../domain/thread.ts'
import { parseQuery } from '../../query/parse.ts'
import { loadInboxRows, type InboxFilter } from '../../store/inbox.ts'
import { loadInboxKeys } from '../../store/inboxKeys.ts'
import { searchThreads } from '../../store/search.ts'
import type { Reader } from '../../store/store.ts'
import { findThreadSeq, loadThread } from '../../store/thread.ts'
import { addNote, assignThread, changeThreadState, setThreadTags } from '../../store/threadActions.ts'
import { findUser } from '../../store/users.ts'
import { badCursor } from './mentions.ts'
import { mentionModel, replyModel, threadModel } from './models.ts'
import { ApiProblem, notFound } from './problem.ts'
import { defineRoute, idParams, iso, pageOf, paging, readCursor, writeCursor } from './route.ts'
import { noteSchema, threadDetailSchema, threadSchema } from './schemas.ts'

const tag = 'Threads'
const read = { tag, scopes: ['mentions:read'] as const, permission: 'read' } as const
const change = { tag, scopes: ['threads:write'] as const, permission: 'triage' } as const
/** Newest mentions looked through for one search. */
const mostHits = 2000

const listQuery = z.strictObject({
  ...paging,
  state: z.enum(threadStates).optional().describe('Only this state.'),
  assigneeId: z.string().max(100).optional().describe('Of this person; `none`: of nobody.'),
  sourceId: z.string().max(100).optional().describe('Heard by this source.'),
  sentiment: z.enum(sentiments).optional().describe('Of the newest mention.'),
  lang: z.string().max(10).optional().describe('Of the newest mention, ISO 639-1.'),
  replied: z.enum(['yes', 'no']).optional().describe('Whether we have answered.'),
  sort: z
    .enum(['newest', 'oldest', 'deadline'])
    .default('newest')
    .describe('deadline: only those with a running clock.'),
  copies: z
    .enum(['each', 'folded'])
    .default('each')
    .describe('folded: copies are left out where their original is in the list.'),
  q: z.string().max(2000).optional().describe('A query of the query language.'),
})

export const threadRoutes = [
  defineRoute({
    method: 'get',
    path: '/threads',
    ...read,
    summary: 'List threads as the inbox does',
    query: listQuery,
    answer: pageOf(threadSchema),
    problems: [400, 422],
    async handle({ web: { store }, query }) {
      const cursor = readCursor(query.cursor, z.strictObject({ at: z.int(), seq: z.int() }))
      if (cursor === 'bad') throw badCursor()
      const filter = await filterOf(store.read, query)
      const from = cursor && { ...cursor, side: 'next' as const }
      const keys = await loadInboxKeys(store.read, filter, from, query.limit + 1)
      const shown = keys.slice(0, query.limit)
      const rows = await loadInboxRows(
        store.read,
        shown.map(({ seq }) => seq),
      )
      const last = keys.length > query.limit ? shown.at(-1) : undefined
      return { body: { items: rows.map(threadModel), next: last ? writeCursor({ at: last.at, seq: last.seq }) : null } }
    },
  }),
  defineRoute({
    method: 'get',
    path: '/threads/{id}',
    ...read,
    summary: 'Read a thread with everything in it',
    params: idParams,
    answer: threadDetailSchema,
    problems: [404],
    async handle({ web: { store }, params, user }) {
      const thread = await loadThread(store.read, params.id, user.id)
      const [row] = thread ? await loadInboxRows(store.read, [thread.thread.seq]) : []
      if (!thread || !row) throw notFound('thread')
      const { id } = params
      return {
        body: {
          ...threadModel(row),
          revision: thread.thread.revision,
          mentions: thread.mentions.map((one) => mentionModel({ ...one, threadId: id })),
          replies: thread.replies.map(({ reply }) => replyModel(reply, id)),
          notes: thread.notes.map(({ note }) => noteModel(note)),
        },
      }
    },
  }),
  defineRoute({
    method: 'post',
    path: '/threads/{id}/state',
    ...change,
    summary: 'Change the state of a thread',
    params: idParams,
    body: z.strictObject({
      state: z.enum(threadStates).describe('The new state.'),
      reason: z.string().max(500).optional().describe('For the log.'),
      snoozedUntil: z.iso.datetime().optional().describe('With the state snoozed: when it comes back.'),
    }),
    answer: threadSchema,
    problems: [404, 422],
    async handle({ web: { store, clock }, params, body, act }) {
      const seq = await seqOf(store.read, params.id)
      const snoozedUntil = snoozeOf(body.state, body.snoozedUntil, clock.now())
      await store.write((tx) =>
        changeThreadState(tx, act, seq, { state: body.state, reason: body.reason, snoozedUntil }),
      )
      return { body: await threadOf(store.read, seq) }
    },
  }),
  defineRoute({
    method: 'post',
    path: '/threads/{id}/assignee',
    ...change,
    summary: 'Assign a thread',
    params: idParams,
    body: z.strictObject({
      assigneeId: z.string().max(100).nullable().describe('A person of the team; null: nobody.'),
    }),
    answer: threadSchema,
    problems: [404, 422],
    async handle({ web: { store }, params, body: { assigneeId }, act }) {
      const seq = await seqOf(store.read, params.id)
      const person = assigneeId === null ? undefined : await findUser(store.read, assigneeId)
      if (assigneeId !== null && (!person || person.disabledAt !== null))
        throw new ApiProblem('invalid', 'Nobody of the team has this id.', 'Take the id of an enabled person.', {
          errors: { assigneeId: 'Nobody of the team has this id.' },
        })
      await store.write((tx) => assignThread(tx, act, seq, assigneeId))
      return { body: await threadOf(store.read, seq) }
    },
  }),
  defineRoute({
    method: 'put',
    path: '/threads/{id}/tags',
    ...change,
    summary: 'Replace the tags of a thread',
    params: idParams,
    body: z.strictObject({ tags: z.array(z.string().trim().min(1).max(60)).max(20).describe('All of them.') }),
    answer: threadSchema,
    problems: [404],
    async handle({ web: { store }, params, body, act }) {
      const seq = await seqOf(store.read, params.id)
      await store.write((tx) => setThreadTags(tx, act, seq, body.tags))
      return { body: await threadOf(store.read, seq) }
    },
  }),
  defineRoute({
    method: 'post',
    path: '/threads/{id}/notes',
    ...change,
    summary: 'Write a note for the team',
    params: idParams,
    body: z.strictObject({ text: z.string().trim().min(1).max(20_000).describe('Seen by the team only.') }),
    answer: noteSchema,
    created: true,
    problems: [404],
    async handle({ web: { store }, params, body: { text }, act, user }) {
      const seq = await seqOf(store.read, params.id)
      const id = await store.write((tx) => addNote(tx, act, seq, text))
      return { status: 201, body: { id, userId: user.id, text, createdAt: iso(act.now) } }
    },
  }),
]

async function filterOf(reader: Reader, query: z.output<typeof listQuery>): Promise<InboxFilter> {
  const { state, assigneeId, sourceId, sentiment, lang, replied, sort, copies, q } = query
  return {
    ...(state ? { states: [state] } : {}),
    ...(assigneeId ? { assigneeId: assigneeId === 'none' ? null : assigneeId } : {}),
    ...(sourceId ? { sourceId } : {}),
    ...(sentiment ? { sentiment } : {}),
    ...(lang ? { lang } : {}),
    ...(replied ? { replied: replied === 'yes' } : {}),
    ...(sort === 'newest' ? {} : { sort }),
    ...(copies === 'folded' ? { fold: true } : {}),
    ...(q ? { only: await search(reader, q) } : {}),
  }
}

async function search(reader: Reader, q: string): Promise<number[]> {
  const parsed = parseQuery(q, { mode: 'view' })
  if (!parsed.ok) throw badQuery(parsed)
  return searchThreads(reader, parsed.query, mostHits)
}

export function badQuery({ error, position, suggestion }: { error: string; position: number; suggestion?: string }) {
  const more = suggestion === undefined ? { position } : { position, suggestion }
  return new ApiProblem('invalid', error, 'Correct the query at this position.', more)
}

function snoozeOf(state: ThreadState, until: string | undefined, now: number): number | undefined {
  if (state !== 'snoozed') return undefined
  const at = until === undefined ? Number.NaN : Date.parse(until)
  if (at > now) return at
  const sentence = 'A snoozed thread needs a moment to come.'
  throw new ApiProblem('invalid', sentence, 'Send snoozedUntil.', { errors: { snoozedUntil: sentence } })
}

async function seqOf(reader: Reader, id: string): Promise<number> {
  const seq = await findThreadSeq(reader, id)
  if (seq === undefined) throw notFound('thread')
  return seq
}

async function threadOf(reader: Reader, seq: number) {
  const [row] = await loadInboxRows(reader, [seq])
  if (!row) throw notFound('thread')
  return threadModel(row)
}

function noteModel({ id, userId, text, createdAt }: { id: string; userId: string; text: string; createdAt: number }) {
  return { id, userId, text, createdAt: iso(createdAt) }
}
