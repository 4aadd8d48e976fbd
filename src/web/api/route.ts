import { z } from 'zod'
import type { Permission } from '../../domain/permissions.ts'
import type { Scope } from '../../domain/scopes.ts'
import type { Act } from '../../store/threadActions.ts'
import type { ApiToken } from '../../store/tokens.ts'
import type { User } from '../../store/users.ts'
import type { Web } from '../web.ts'

export interface ApiCall<Params, Query, Body> {
  web: Web
  act: Act
  user: User
  token: ApiToken
  params: Params
  query: Query
  body: Body
  header(name: string): string | undefined
}

export interface ApiAnswer<Answer> {
  status?: 200 | 201 | 202
  body: Answer
}

/** One operation: what documents it is what parses and checks it. */
export interface ApiRoute {
  method: 'get' | 'post' | 'put'
  /** Under /api/v1, parameters as {id}. */
  path: string
  /** Resource, for grouping. */
  tag: string
  summary: string
  description?: string
  /** One of these is enough; empty: any valid token. */
  scopes: readonly Scope[]
  /** What the role of the token's owner must allow besides. */
  permission: Permission
  headers?: Record<string, string>
  params: z.ZodObject
  query: z.ZodObject
  body?: z.ZodType
  answer: z.ZodType
  /** Statuses of success besides 200. */
  created?: boolean
  problems: readonly number[]
  handle(call: ApiCall<never, never, never>): Promise<ApiAnswer<unknown>>
}

interface RouteOf<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
> extends Omit<ApiRoute, 'params' | 'query' | 'body' | 'answer' | 'handle' | 'problems'> {
  params?: Params
  query?: Query
  body?: Body
  answer: Answer
  problems?: readonly number[]
  handle(call: ApiCall<z.output<Params>, z.output<Query>, z.output<Body>>): Promise<ApiAnswer<z.input<Answer>>>
}

const nothing = z.strictObject({})
type Nothing = typeof nothing

/** Ties the handler to its schemas, then forgets their types, so that routes of all kinds fit one list. */
export function defineRoute<
  Answer extends z.ZodType,
  Params extends z.ZodObject = Nothing,
  Query extends z.ZodObject = Nothing,
  Body extends z.ZodType = z.ZodUndefined,
>(route: RouteOf<Params, Query, Body, Answer>): ApiRoute {
  const given = { params: nothing, query: nothing, problems: [], ...route }
  return given as unknown as ApiRoute // the call is made with what these very schemas gave
}

export const idParams = z.strictObject({ id: z.string().max(100).describe('Id of the object.') })

export const paging = {
  limit: z.coerce.number().int().min(1).max(50).default(50).describe('Rows in one answer.'),
  cursor: z.string().max(1000).optional().describe('`next` of the answer before; opaque.'),
}

export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    items: z.array(item).describe('The rows.'),
    next: z.string().nullable().describe('Cursor of the next page; null at the end.'),
  })
}

export function iso(at: number): string
export function iso(at: number | null): string | null
export function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}

/** Cursors are opaque: what is in them may change with any release. */
export function writeCursor(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

export function readCursor<T>(text: string | undefined, schema: z.ZodType<T>): T | undefined | 'bad' {
  if (text === undefined) return undefined
  try {
    const parsed = schema.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    return parsed.success ? parsed.data : 'bad'
  } catch {
    return 'bad'
  }
}
