import { z } from 'zod'
import {
  createCustomer,
  findCustomer,
  listCustomers,
  listIdentities,
  listTouchpoints,
  updateCustomer,
} from '../../store/customers.ts'
import type { Reader } from '../../store/store.ts'
import { findNamedCustomer, reportTouchpoint } from '../../store/touchpoints.ts'
import { badCursor } from './mentions.ts'
import { customerModel, touchpointModel } from './models.ts'
import { ApiProblem, notFound } from './problem.ts'
import { defineRoute, idParams, pageOf, paging, readCursor, writeCursor } from './route.ts'
import { customerInput, customerSchema, touchpointInput, touchpointSchema } from './schemas.ts'

const read = { scopes: ['customers:read'] as const, permission: 'read' } as const
const write = { scopes: ['customers:write'] as const, permission: 'customers' } as const

export const customerRoutes = [
  defineRoute({
    method: 'get',
    path: '/customers',
    tag: 'Customers',
    ...read,
    summary: 'List customers by name',
    query: z.strictObject({
      cursor: paging.cursor,
      search: z.string().max(200).default('').describe('Beginning of a name or company, or part of an identity.'),
    }),
    answer: pageOf(customerSchema),
    problems: [400],
    async handle({ web: { store }, query }) {
      const after = readCursor(query.cursor, z.strictObject({ nameKey: z.string(), seq: z.int() }))
      if (after === 'bad') throw badCursor()
      const { rows, next } = await listCustomers(store.read, query.search, after)
      const identities = await listIdentities(
        store.read,
        rows.map(({ seq }) => seq),
      )
      return {
        body: { items: rows.map((row) => customerModel(row, identities)), next: next ? writeCursor(next) : null },
      }
    },
  }),
  defineRoute({
    method: 'get',
    path: '/customers/{id}',
    tag: 'Customers',
    ...read,
    summary: 'Read a customer',
    params: idParams,
    answer: customerSchema,
    problems: [404],
    handle: async ({ web: { store }, params }) => ({ body: await customerOf(store.read, params.id) }),
  }),
  defineRoute({
    method: 'post',
    path: '/customers',
    tag: 'Customers',
    ...write,
    summary: 'Create a customer',
    body: customerInput,
    answer: customerSchema,
    created: true,
    problems: [409, 422],
    async handle({ web: { store }, body: { identities, ...fields }, act }) {
      const { id } = await store.write(async (tx) => {
        await refuseTaken(tx, fields.externalRef ?? null)
        return createCustomer(tx, act, withoutUndefined(fields), identities)
      })
      return { status: 201, body: await customerOf(store.read, id) }
    },
  }),
  defineRoute({
    method: 'put',
    path: '/customers/{id}',
    tag: 'Customers',
    ...write,
    summary: 'Replace a customer’s fields and identities',
    params: idParams,
    body: customerInput,
    answer: customerSchema,
    problems: [404, 409, 422],
    async handle({ web: { store }, params, body: { identities, ...fields }, act }) {
      const empty = {
        company: null,
        tier: null,
        location: null,
        preferredChannel: null,
        notes: null,
        externalRef: null,
        custom: null,
      }
      const done = await store.write(async (tx) => {
        await refuseTaken(tx, fields.externalRef ?? null, params.id)
        return updateCustomer(tx, act, params.id, { ...empty, ...withoutUndefined(fields) }, identities)
      })
      if (!done) throw notFound('customer')
      return { body: await customerOf(store.read, params.id) }
    },
  }),
  defineRoute({
    method: 'get',
    path: '/touchpoints',
    tag: 'Touchpoints',
    ...read,
    summary: 'List a customer’s touchpoints, newest first',
    query: z.strictObject({ ...paging, customerId: z.string().max(100).describe('Whose.') }),
    answer: pageOf(touchpointSchema),
    problems: [400, 404],
    async handle({ web: { store }, query }) {
      const before = readCursor(query.cursor, z.strictObject({ at: z.int(), seq: z.int() }))
      if (before === 'bad') throw badCursor()
      const customer = await findCustomer(store.read, query.customerId)
      if (!customer) throw notFound('customer')
      const rows = await listTouchpoints(store.read, customer.seq, query.limit + 1, before)
      const shown = rows.slice(0, query.limit).map(({ touchpoint }) => touchpoint)
      const last = rows.length > query.limit ? shown.at(-1) : undefined
      const next = last ? writeCursor({ at: last.occurredAt, seq: last.seq }) : null
      return { body: { items: shown.map(touchpointModel), next } }
    },
  }),
  defineRoute({
    method: 'post',
    path: '/touchpoints',
    tag: 'Touchpoints',
    scopes: ['customers:write', 'ingest:write'],
    permission: 'customers',
    summary: 'Report an interaction that took place elsewhere',
    description: 'With an externalKey, sending it again answers with the first one (200) and changes nothing.',
    body: touchpointInput,
    answer: touchpointSchema,
    created: true,
    problems: [404, 422],
    async handle({ web: { store }, body, act }) {
      const { customer: name, occurredAt, externalKey, data, ...rest } = body
      const outcome = await store.write(async (tx) => {
        const customer = await findNamedCustomer(tx, name)
        if (!customer) return undefined
        const touchpoint = {
          ...rest,
          occurredAt: Date.parse(occurredAt),
          externalKey: externalKey ?? null,
          data: data ?? null,
        }
        return reportTouchpoint(tx, act, customer.seq, touchpoint)
      })
      if (!outcome)
        throw new ApiProblem(
          'not-found',
          'No customer fits the name given. Nothing was stored.',
          'Create the customer first.',
        )
      return { status: outcome.created ? 201 : 200, body: touchpointModel(outcome.touchpoint) }
    },
  }),
]

async function customerOf(reader: Reader, id: string) {
  const row = await findCustomer(reader, id)
  if (!row) throw notFound('customer')
  return customerModel(row, await listIdentities(reader, [row.seq]))
}

async function refuseTaken(reader: Reader, externalRef: string | null, own?: string): Promise<void> {
  const holder = externalRef === null ? undefined : await findNamedCustomer(reader, { externalRef })
  if (!holder || holder.id === own) return
  throw new ApiProblem(
    'conflict',
    `externalRef "${externalRef}" is taken by ${holder.id}.`,
    'Change that customer instead.',
  )
}

type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> }

/** Absent keys are absent, not undefined: what the store takes. */
function withoutUndefined<T extends Record<string, unknown>>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T> // the filter says so
}
