import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** Answers as `application/problem+json` (RFC 9457). `detail` says what happened, `remedy` what to do. */
export class ApiProblem extends Error {
  readonly status: ContentfulStatusCode
  readonly code: ProblemCode
  readonly remedy: string
  readonly more: Record<string, unknown>

  constructor(code: ProblemCode, detail: string, remedy: string, more: Record<string, unknown> = {}) {
    super(detail)
    this.code = code
    this.status = problems[code].status
    this.remedy = remedy
    this.more = more
  }
}

/** Every kind of refusal: the last part of its `type`, its title and status. */
export const problems = {
  'bad-request': { title: 'The request cannot be read', status: 400 },
  unauthenticated: { title: 'Not signed by anybody known here', status: 401 },
  forbidden: { title: 'This token may not do that', status: 403 },
  'not-found': { title: 'There is no such thing', status: 404 },
  conflict: { title: 'Something has changed or is taken', status: 409 },
  'too-large': { title: 'The request is too large', status: 413 },
  'unsupported-type': { title: 'The body is not JSON', status: 415 },
  invalid: { title: 'Some values cannot be used', status: 422 },
  'too-many': { title: 'Too many requests', status: 429 },
  failed: { title: 'Something went wrong here', status: 500 },
} as const satisfies Record<string, { title: string; status: ContentfulStatusCode }>
export type ProblemCode = keyof typeof problems

export function notFound(what: string): ApiProblem {
  return new ApiProblem('not-found', `There is no ${what} with this id.`, 'Take an id from a list.')
}

export function answerProblem(c: Context, problem: ApiProblem, headers: Record<string, string> = {}): Response {
  const { code, status, message: detail, remedy, more } = problem
  const body = { type: `urn:earshot:problem:${code}`, title: problems[code].title, status, detail, remedy, ...more }
  return c.body(JSON.stringify(body), status, { ...headers, 'Content-Type': 'application/problem+json' })
}
