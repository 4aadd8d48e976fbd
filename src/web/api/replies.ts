import { z } from 'zod'
import { countTightest } from '../../domain/replyLength.ts'
import { findReply, queueReply } from '../../store/replies.ts'
import { findMention, loadThread } from '../../store/thread.ts'
import { mayAnswer } from '../threads/composerModel.ts'
import { replyModel } from './models.ts'
import { ApiProblem, notFound } from './problem.ts'
import { defineRoute, idParams, type ApiCall } from './route.ts'
import { replySchema } from './schemas.ts'

const tag = 'Replies'
const uuid7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const replyInput = z
  .strictObject({
    mentionId: z.string().max(100).describe('What is answered.'),
    text: z.string().trim().min(1).max(100_000).describe('What is published.'),
    revision: z
      .int()
      .optional()
      .describe('Of the thread as you read it: refused when something was said or answered since. Absent: no check.'),
  })
  .meta({ id: 'ReplyInput', description: 'An answer to send.' })
type Input = z.output<typeof replyInput>

export const replyRoutes = [
  defineRoute({
    method: 'post',
    path: '/replies',
    tag,
    summary: 'Answer a mention',
    description:
      'The reply goes to the outbox and from there to the platform, once. The Idempotency-Key becomes its id: the same ' +
      'request again answers with the same reply and sends nothing, another body under the same key is refused.',
    scopes: ['replies:write'],
    permission: 'reply',
    headers: { 'Idempotency-Key': 'A new UUIDv7, needed; keep it when you try again.' },
    body: replyInput,
    answer: replySchema,
    created: true,
    problems: [400, 404, 409, 422],
    async handle(call) {
      const { web, body, act } = call
      const id = keyOf(call.header('Idempotency-Key'))
      const known = await findReply(web.store.read, id)
      if (known) return { body: await repeatOf(call, id, body) }
      const found = await findMention(web.store.read, body.mentionId)
      const thread = found && (await loadThread(web.store.read, found.threadId, act.userId))
      const target = thread?.mentions.find(({ mention }) => mention.id === body.mentionId)
      if (!thread || !target) throw notFound('mention')
      const allowed = await mayAnswer(web, thread.source, target.mention, target.author)
      if (!allowed.ok) throw refused(allowed.reason)
      if (target.mention.deletedAt !== null) throw refused('The author deleted what would be answered.')
      const count = countTightest(body.text, allowed.limits)
      if (count && !count.ok)
        throw new ApiProblem('invalid', tooLong(count), 'Shorten the text.', { errors: { text: tooLong(count) } })
      const outcome = await web.store.write((tx) =>
        queueReply(tx, act, {
          id,
          threadSeq: thread.thread.seq,
          mentionSeq: target.mention.seq,
          sourceId: thread.source.id,
          text: body.text,
          revision: body.revision ?? thread.thread.revision,
        }),
      )
      if (outcome === 'repeat') return { body: await repeatOf(call, id, body) }
      if (outcome === 'conflict')
        throw new ApiProblem(
          'conflict',
          'Something was said or answered in this thread since. Nothing was sent.',
          'Read the thread again, then send with its new revision and a new Idempotency-Key.',
        )
      const reply = await findReply(web.store.read, id)
      if (!reply) throw notFound('reply')
      return { status: 201, body: replyModel(reply.reply, reply.threadId) }
    },
  }),
  defineRoute({
    method: 'get',
    path: '/replies/{id}',
    tag,
    summary: 'Read a reply and where it is on its way',
    scopes: ['mentions:read', 'replies:write'],
    permission: 'read',
    params: idParams,
    answer: replySchema,
    problems: [404],
    async handle({ web, params }) {
      const found = await findReply(web.store.read, params.id)
      if (!found) throw notFound('reply')
      return { body: replyModel(found.reply, found.threadId) }
    },
  }),
]

function keyOf(header: string | undefined): string {
  const key =
    header
      ?.trim()
      .replace(/^"(.*)"$/, '$1')
      .toLowerCase() ?? ''
  if (uuid7.test(key)) return key
  throw new ApiProblem(
    'bad-request',
    'A reply needs the header Idempotency-Key with a UUIDv7. Nothing was sent.',
    'Make a new UUIDv7 for every reply and keep it when you try again.',
  )
}

/** The same request again: the same answer. Anything else under this key was not meant to be a repeat. */
async function repeatOf({ web, act }: ApiCall<unknown, unknown, unknown>, id: string, body: Input) {
  const found = await findReply(web.store.read, id)
  const mention = await findMention(web.store.read, body.mentionId)
  const isSame =
    found?.reply.userId === act.userId &&
    found.reply.text === body.text &&
    found.reply.mentionSeq === mention?.mention.seq
  if (found && isSame) return replyModel(found.reply, found.threadId)
  throw new ApiProblem(
    'conflict',
    'This Idempotency-Key belongs to another reply. Nothing was sent.',
    'Make a new UUIDv7 for a new reply.',
  )
}

function refused(reason: string): ApiProblem {
  return new ApiProblem(
    'conflict',
    `${reason} Nothing was sent.`,
    'Answer on the platform, or wait until it is possible.',
  )
}

function tooLong({ length, max }: { length: number; max: number }): string {
  return length > max ? `The text counts ${length}, the platform takes ${max}.` : 'The platform refuses this text.'
}
