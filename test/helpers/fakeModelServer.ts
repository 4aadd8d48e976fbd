import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** How the next answer goes wrong; `ok` is taken when nothing is planned. */
export type ModelFault =
  | 'ok'
  | 'fenced'
  | 'chatter'
  | 'other label'
  | 'no json'
  | 'half body'
  | 'hang up'
  | 'silence'
  | 'huge'
  | 'html'
  | 'redirect'
  | 401
  | 404
  | 429
  | 500

export interface FakeModelServer {
  url: string
  /** Taken from the front, one a request. */
  plan: ModelFault[]
  /** What was asked, oldest first. */
  asked: { path: string; text: string; authorization: string | undefined; body: Record<string, unknown> }[]
  close(): Promise<void>
}

/**
 * A fake of a model server that speaks OpenAI's and Ollama's API and misbehaves as told. It "judges" by one word: texts
 * with `bad` are negative, with `good` positive, all others neutral.
 */
export async function startFakeModelServer(): Promise<FakeModelServer> {
  const plan: ModelFault[] = []
  const asked: FakeModelServer['asked'] = []
  const server = createServer((request, response) => void answer(request, response, plan, asked))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    plan,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  plan: ModelFault[],
  asked: FakeModelServer['asked'],
): Promise<void> {
  let raw = ''
  for await (const chunk of request) raw += String(chunk)
  const body = JSON.parse(raw) as { messages: { content: string }[] }
  const path = request.url ?? ''
  const text = body.messages.at(-1)?.content ?? ''
  asked.push({ path, text, authorization: request.headers.authorization, body: body as never })
  const fault = plan.shift() ?? 'ok'
  const label = { sentiment: judge(text), confidence: 0.9, intents: ['complaint', 'no such intent'] }
  const json = JSON.stringify(label)
  const words: Partial<Record<ModelFault, string>> = {
    fenced: `\`\`\`json\n${json}\n\`\`\``,
    chatter: `Sure! Here you are: ${json} I hope this helps.`,
    'other label': '{"sentiment":"ecstatic","confidence":1}',
    'no json': 'It is negative, I think.',
  }
  const isTranslation = body.messages[0]?.content.includes('translation') ?? false
  const content = words[fault] ?? (isTranslation ? JSON.stringify({ translation: `In other words: ${text}` }) : json)
  const whole = path.endsWith('/api/chat')
    ? { message: { role: 'assistant', content }, done: true }
    : { choices: [{ index: 0, message: { role: 'assistant', content } }] }
  send(request, response, fault, JSON.stringify(whole))
}

function judge(text: string): string {
  return text.includes('bad') ? 'negative' : text.includes('good') ? 'positive' : 'neutral'
}

function send(request: IncomingMessage, response: ServerResponse, fault: ModelFault, text: string): void {
  switch (fault) {
    case 'hang up':
      return void request.socket.destroy()
    case 'silence':
      return
    case 'half body':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(text.length) })
      response.write(text.slice(0, 20))
      return void setTimeout(() => request.socket.destroy(), 10)
    case 'huge':
      return void response.end(`{"choices":"${'x'.repeat(2_000_000)}"}`)
    case 'html':
      return void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>')
    case 'redirect':
      return void response.writeHead(307, { location: 'http://localhost:9/' }).end()
    case 429:
      return void response.writeHead(429, { 'retry-after': '120' }).end('{}')
    case 401:
    case 404:
    case 500:
      return void response.writeHead(fault).end('{"error":"no"}')
    default:
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(text)
  }
}
