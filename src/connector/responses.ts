import type { z } from 'zod'
import type { RateSignals } from '../domain/rateLimit.ts'
import { ConnectorError } from './errors.ts'

/** For connectors with a client of their own on `host.agent`: what its network error means. `host.fetch` throws it already. */
export { failureOf as failFromNetwork } from '../egress/failures.ts'

const signalsOf = new WeakMap<Response, RateSignals>()

/** The host notes here what an answer said about limits, so that connectors need no clock to read them. */
export function rememberSignals(response: Response, signals: RateSignals): void {
  signalsOf.set(response, signals)
}

/** What the answer said about the platform's limits; times are epoch ms. Empty for answers not from host.fetch. */
export function rateSignalsOf(response: Response): RateSignals {
  return signalsOf.get(response) ?? {}
}

export interface FailOptions {
  /** Completes the sentence "… failed": `reading notifications`. */
  what: string
  /** 403: the token lacks a right (`auth`, default) or the platform forbids this one act (`rejected`). */
  forbidden?: 'auth' | 'rejected'
  /** 404 and 410: this one act failed (`rejected`, default) or the whole source has gone (`gone`). */
  missing?: 'rejected' | 'gone'
}

/**
 * Throws the ConnectorError that a refused answer means: 401 `auth`; 403 and 404/410 as the options say; 429
 * `rate_limited` with the time the platform gave; 408, 425 and 5xx `temporary`; other 4xx `rejected` with the
 * platform's own words. Use as `if (!response.ok) throw await failFromResponse(response, { what: '…' })`.
 */
export async function failFromResponse(response: Response, options: FailOptions): Promise<never> {
  const { status } = response
  const { retryAt } = rateSignalsOf(response)
  const host = hostOf(response)
  const said = await wordsOf(response)
  const fail = (kind: ConnectorError['kind'], sentence: string) => {
    const message = `${capitalise(options.what)} failed: ${sentence}${said === '' ? '' : ` ${host} says: “${said}”`}`
    return new ConnectorError(kind, message, {
      cause: new Error(`HTTP ${status}`),
      ...(kind === 'rate_limited' && retryAt !== undefined ? { retryAt } : {}),
      notSent: kind === 'rate_limited',
    })
  }
  if (status === 401) throw fail('auth', `${host} does not accept the credentials (401). Reconnect this source.`)
  if (status === 403) {
    const forbidden = options.forbidden ?? 'auth'
    const advice = forbidden === 'auth' ? ' Check its permissions and reconnect this source.' : ''
    throw fail(forbidden, `${host} does not allow it (403).${advice}`)
  }
  if (status === 429) throw fail('rate_limited', `${host} asks to wait (429).`)
  if (status === 404 || status === 410)
    throw fail(options.missing ?? 'rejected', `${host} has nothing there (${status}).`)
  if (status >= 500 || status === 408 || status === 425) throw fail('temporary', `${host} has a problem (${status}).`)
  throw fail('rejected', `${host} refused it (${status}).`)
}

/**
 * Reads a JSON body through a schema. What is no JSON or has another shape is `temporary`: error pages of proxies look
 * like that, and the cursor must not move past them. Validate lists record by record instead, with `host.quarantine`
 * for the bad ones. Big integers keep their digits only as strings: have the schema ask for the string form of ids.
 */
export async function readJson<T>(response: Response, schema: z.ZodType<T>, { what }: { what: string }): Promise<T> {
  const text = await response.text()
  const body = parseJson(text)
  const parsed = schema.safeParse(body)
  if (body !== undefined && parsed.success) return parsed.data
  const problem = body === undefined ? 'with something that is not JSON' : 'in a form that is not understood'
  throw new ConnectorError('temporary', `${capitalise(what)} failed: ${hostOf(response)} answered ${problem}.`, {
    cause: parsed.error ?? new Error(text.slice(0, 200)),
  })
}

function hostOf(response: Response): string {
  return URL.parse(response.url)?.host ?? 'The platform'
}

/** The platform's own explanation out of the shapes in use, shortened: people read it. */
async function wordsOf(response: Response): Promise<string> {
  const body = response.bodyUsed ? '' : await response.text().catch(() => '')
  const parsed = parseJson(body)
  const said = parsed === undefined ? '' : firstText(parsed, 0)
  return said.replace(/\s+/g, ' ').trim().slice(0, 200)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const wordKeys = [
  'error_description',
  'detail',
  'message',
  'description',
  'error_message',
  'title',
  'error',
  'errors',
  'reason',
]

function firstText(value: unknown, depth: number): string {
  if (typeof value === 'string') return depth === 0 ? '' : value
  if (typeof value !== 'object' || value === null || depth > 3) return ''
  if (Array.isArray(value)) return firstText(value[0], depth + 1)
  for (const key of wordKeys) {
    const text = firstText((value as Record<string, unknown>)[key], depth + 1)
    if (text !== '') return text
  }
  return ''
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
