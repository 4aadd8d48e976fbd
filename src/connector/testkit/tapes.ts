import { readdirSync, readFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'

/** One recorded exchange. A tape file holds one, or a list. */
export interface Tape {
  /** What is special about it. */
  note?: string
  request: TapeRequest
  response: TapeResponse
}

export interface TapeRequest {
  /** Default GET. */
  method?: string
  /** Path below `baseUrl`, without the query. */
  path: string
  /** Parameters that must be there; '*' is any value, null is absent. Others are ignored. */
  query?: Record<string, string | null>
  /** A part of the body. */
  body?: string
}

export interface TapeResponse {
  /** Default 200. */
  status?: number
  headers?: Record<string, string>
  /** A string is sent as it is, anything else as JSON. */
  body?: unknown
}

export interface SeenRequest {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: string
  /** The virtual clock, epoch ms. */
  at: number
}

/** Answers a request, or undefined when it has no answer (the kit then says which request has no tape). */
export type Responder = (request: SeenRequest) => TapeResponse | undefined | Promise<TapeResponse | undefined>

/** All tapes of a folder, in the order of the file names: `loadTapes(new URL('./tapes/', import.meta.url))`. */
export function loadTapes(folder: URL): Tape[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Tape | Tape[])
}

/** The first tape that fits answers, every time: put the more specific ones first. */
export function respondFrom(tapes: readonly Tape[]): Responder {
  return (request) => tapes.find((tape) => fits(tape.request, request))?.response
}

function fits(wanted: TapeRequest, seen: SeenRequest): boolean {
  if ((wanted.method ?? 'GET') !== seen.method || wanted.path !== seen.path) return false
  if (wanted.body !== undefined && !seen.body.includes(wanted.body)) return false
  return Object.entries(wanted.query ?? {}).every(([key, value]) => {
    const given = seen.query.get(key)
    return value === '*' ? given !== null : given === value
  })
}
