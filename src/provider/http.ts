import { isConnectorError } from '../domain/connectorError.ts'
import type { Egress } from '../egress/egress.ts'
import { answerSchema, asked, instructions, translationInstructions, translationSchema } from './prompt.ts'
import { ProviderError, readOpinion, readTranslation, type Provider } from './provider.ts'

export interface HttpProviderOptions {
  fetch: Egress['fetch']
  baseUrl: string
  model: string
  apiKey?: string
  timeoutMs: number
}

/**
 * Any server with OpenAI's chat completions: https://platform.openai.com/docs/api-reference/chat/create. `baseUrl` ends
 * before `/chat/completions`, as the official clients have it (`https://api.openai.com/v1`).
 */
export function openaiProvider(options: HttpProviderOptions): Provider {
  return httpProvider('openai', 'chat/completions', options, {
    body: (question) => ({
      model: options.model,
      temperature: 0,
      messages: messages(question),
      response_format: {
        type: 'json_schema',
        json_schema: { name: question.name, strict: true, schema: question.schema },
      },
    }),
    content: (answer) => at(at(at(at(answer, 'choices'), 0), 'message'), 'content'),
  })
}

/** Ollama's own API: https://docs.ollama.com/api/chat. `baseUrl` is the server, such as `http://localhost:11434`. */
export function ollamaProvider(options: HttpProviderOptions): Provider {
  return httpProvider('ollama', 'api/chat', options, {
    body: (question) => ({
      model: options.model,
      stream: false,
      messages: messages(question),
      format: question.schema,
      options: { temperature: 0 },
    }),
    content: (answer) => at(at(answer, 'message'), 'content'),
  })
}

interface Question {
  /** Of the answer. */
  name: string
  schema: object
  instructions: string
  text: string
}

const messages = (question: Question) => [
  { role: 'system', content: question.instructions },
  { role: 'user', content: asked(question.text) },
]

interface Dialect {
  body(question: Question): unknown
  /** Where the model's words are in the server's answer. */
  content(answer: unknown): unknown
}

function httpProvider(kind: string, path: string, options: HttpProviderOptions, dialect: Dialect): Provider {
  const url = new URL(path, options.baseUrl.endsWith('/') ? options.baseUrl : `${options.baseUrl}/`)
  const answer = async (question: Question, signal: AbortSignal) =>
    jsonIn(dialect.content(await post(url, dialect.body(question), options, signal)))
  return {
    model: `${kind}:${options.model}`,
    judge: async (text, signal) =>
      readOpinion(await answer({ name: 'labels', schema: answerSchema, instructions, text }, signal)),
    translate: async (text, language, signal) =>
      readTranslation(
        await answer(
          {
            name: 'translation',
            schema: translationSchema,
            instructions: translationInstructions(language),
            text,
          },
          signal,
        ),
      ),
  }
}

async function post(url: URL, body: unknown, options: HttpProviderOptions, signal: AbortSignal): Promise<unknown> {
  const response = await send(url, body, options, signal)
  if (!response.ok) throw failure(url, response, options)
  try {
    return await response.json()
  } catch (cause) {
    throw new ProviderError(`${url.host} answered with something that is not JSON. Is the address right?`, { cause })
  }
}

async function send(url: URL, body: unknown, options: HttpProviderOptions, signal: AbortSignal): Promise<Response> {
  try {
    return await options.fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(options.apiKey ? { authorization: `Bearer ${options.apiKey}` } : {}),
      },
      body: JSON.stringify(body),
      timeoutMs: options.timeoutMs,
      maxBytes: 1_000_000,
      signal,
    })
  } catch (cause) {
    if (signal.aborted) throw cause
    const permanent = isConnectorError(cause) && cause.kind === 'rejected'
    throw new ProviderError(cause instanceof Error ? cause.message : String(cause), { cause, permanent })
  }
}

function failure(url: URL, response: Response, { model }: HttpProviderOptions): ProviderError {
  const { status } = response
  if (status === 401 || status === 403)
    return new ProviderError(`${url.host} refuses the API key (${status}).`, { permanent: true })
  if (status === 404)
    return new ProviderError(`${url.host} knows neither this address nor the model ${model} (404).`, {
      permanent: true,
    })
  if (status === 400 || status === 422)
    return new ProviderError(
      `${url.host} does not accept the request (${status}): a model with JSON output is needed.`,
      {
        permanent: true,
      },
    )
  const seconds = Number(response.headers.get('retry-after'))
  const retryAt = Number.isFinite(seconds) && seconds > 0 ? Date.now() + Math.min(seconds, 86_400) * 1000 : undefined
  return new ProviderError(`${url.host} answered ${status}.`, retryAt === undefined ? {} : { retryAt })
}

/** Models wrap JSON in a code fence or in words now and then. */
function jsonIn(content: unknown): unknown {
  if (typeof content !== 'string') return content
  const start = content.indexOf('{')
  const end = content.lastIndexOf('}')
  if (start < 0 || end < start) return undefined
  try {
    return JSON.parse(content.slice(start, end + 1))
  } catch {
    return undefined
  }
}

function at(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[key] : undefined
}
