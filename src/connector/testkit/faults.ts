import type { ServerResponse } from 'node:http'
import type { ConnectorErrorKind } from '../errors.ts'
import type { TapeResponse } from './tapes.ts'

/** Something that goes wrong instead of, or after, the proper answer. */
export interface Fault {
  name: string
  /** Kinds that a connector may make of it when the whole run fails. */
  kinds: readonly ConnectorErrorKind[]
  /** The time that the platform asked to wait, ms; the error's retryAt must carry it. */
  waitMs?: number
  /** Plays it; `proper` is what would have been sent. */
  play(response: ServerResponse, proper: () => Promise<TapeResponse>, now: number): void | Promise<void>
}

const refusals = ['auth', 'rejected', 'gone'] as const

export const readFaults: readonly Fault[] = [
  status('429 with seconds', 429, ['rate_limited'], () => ({ 'retry-after': '90' }), 90_000),
  status(
    '429 with a date',
    429,
    ['rate_limited'],
    (now) => ({ 'retry-after': new Date(now + 90_000).toUTCString() }),
    90_000,
  ),
  status('429 that says nothing', 429, ['rate_limited']),
  status('401', 401, refusals),
  status('403', 403, [...refusals, 'rate_limited']),
  status('500', 500, ['temporary']),
  status('503', 503, ['temporary', 'rate_limited']),
  {
    name: 'no answer',
    kinds: ['temporary'],
    play: () => {},
  },
  {
    name: 'a reset connection',
    kinds: ['temporary'],
    play: (response) => void response.destroy(),
  },
  {
    name: 'half a body',
    kinds: ['temporary'],
    play: async (response, proper) => {
      const body = bytesOf(await proper())
      response.writeHead(200, { 'content-length': String(body.length + 100), 'content-type': 'application/json' })
      response.write(body.subarray(0, Math.max(1, body.length >> 1)), () => response.destroy())
    },
  },
  {
    name: 'garbage',
    kinds: ['temporary', 'rejected'],
    play: (response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end('{"items": [{"id": \u0000<html')
    },
  },
]

/** The platform does its work and the answer is lost: nobody knows whether the reply is there. */
export const lostAnswer: Fault = {
  name: 'an answer lost after the work was done',
  kinds: ['temporary'],
  play: async (response, proper) => {
    await proper()
    response.destroy()
  },
}

export const failAfterCommit: Fault = {
  name: 'a 500 after the work was done',
  kinds: ['temporary'],
  play: async (response, proper) => {
    await proper()
    response.writeHead(500).end()
  },
}

export function bytesOf(answer: TapeResponse): Buffer {
  if (answer.body === undefined) return Buffer.alloc(0)
  return Buffer.from(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body))
}

function status(
  name: string,
  code: number,
  kinds: readonly ConnectorErrorKind[],
  headers: (now: number) => Record<string, string> = () => ({}),
  waitMs?: number,
): Fault {
  return {
    name,
    kinds,
    ...(waitMs === undefined ? {} : { waitMs }),
    play: (response, _proper, now) => {
      response.writeHead(code, { 'content-type': 'application/json', ...headers(now) })
      response.end(JSON.stringify({ error: 'injected', message: 'Injected by the test kit' }))
    },
  }
}
