import type { IncomingMessage, ServerResponse } from 'node:http'
import type { XFake } from '../../connectors/x/fake.ts'
import { startSocketServer } from './socketServer.ts'

/**
 * A fake of X's filtered stream before a fake of the rest of its API, for tests; nothing here is X's. One connection,
 * rules with a cap, blank lines as keep-alive, reasons for disconnects, repeats, neighbours in another order, lines that
 * break off, replay by minutes only where the plan has it.
 */
export interface FakeXStreamOptions {
  now(): number
  mostRules?: number
  /** Minutes that the plan replays at most. */
  replayMinutes?: number
}

interface Rule {
  id: string
  value: string
  tag?: string
}

export async function startFakeXStream(fake: XFake, options: FakeXStreamOptions) {
  const rules: Rule[] = []
  const told: { at: number; line: string }[] = []
  const asked: URLSearchParams[] = []
  let open: ServerResponse | undefined
  let serial = 0

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake')
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    const json = (status: number, value: unknown, headers: Record<string, string> = {}) =>
      void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value))
    if (url.pathname.startsWith('/2/tweets/search/stream') && request.headers.authorization !== 'Bearer app-bearer')
      return json(403, { title: 'Unsupported Authentication', detail: 'Use an app bearer token.' })
    if (url.pathname === '/2/tweets/search/stream/rules') return json(200, changeRules(body))
    if (url.pathname === '/2/tweets/search/stream') return openStream(url, response, json)
    const { method = 'GET', headers } = request
    const seen = { method, path: url.pathname, query: url.searchParams, headers, body, at: options.now() }
    const { status = 200, headers: more, body: value } = fake.respond(seen)
    json(status, value, more)
  }

  function changeRules(body: string): unknown {
    if (body === '') return rules.length > 0 ? { data: rules } : { meta: { result_count: 0 } }
    const change = JSON.parse(body) as { add?: Omit<Rule, 'id'>[]; delete?: { ids: string[] } }
    for (const id of change.delete?.ids ?? [])
      rules.splice(
        rules.findIndex((rule) => rule.id === id),
        1,
      )
    const errors: unknown[] = []
    for (const rule of change.add ?? []) {
      if (rules.some(({ value }) => value === rule.value)) errors.push({ title: 'DuplicateRule', value: rule.value })
      else if (rules.length >= (options.mostRules ?? 1000))
        errors.push({ title: 'RulesCapExceeded', detail: `Your plan has ${options.mostRules} rules.` })
      else rules.push({ ...rule, id: `r${++serial}` })
    }
    return { meta: { summary: { not_created: errors.length } }, ...(errors.length > 0 ? { errors } : {}) }
  }

  function openStream(
    url: URL,
    response: ServerResponse,
    json: (status: number, value: unknown, headers?: Record<string, string>) => void,
  ) {
    if (open && !open.destroyed)
      return json(
        429,
        { title: 'ConnectionException', detail: 'This stream is currently at the maximum allowed connection limit.' },
        { 'x-rate-limit-reset': String(Math.floor(options.now() / 1000) + 60), 'x-rate-limit-remaining': '40' },
      )
    asked.push(url.searchParams)
    const minutes = Number(url.searchParams.get('backfill_minutes') ?? 0)
    if (minutes > (options.replayMinutes ?? 0)) return json(400, { title: 'Invalid Request', detail: 'No backfill.' })
    response.writeHead(200, { 'content-type': 'application/json' }).write('\r\n')
    for (const { at, line } of told) if (at >= options.now() - minutes * 60_000 && minutes > 0) response.write(line)
    open = response
  }

  const server = await startSocketServer({
    onSocket: (socket) => socket.cut(),
    onRequest: (request, response) => void answer(request, response).catch(() => response.destroy()),
  })

  return {
    url: server.url,
    rules,
    /** Queries of the openings that were accepted. */
    asked,
    isOpen: () => open !== undefined && !open.destroyed,
    /** Delivers posts that rules with this tag have matched. */
    tell(tag: string, ...ids: string[]): void {
      for (const id of ids) {
        const query = new URLSearchParams({ ids: id, expansions: 'author_id' })
        const headers = { authorization: 'Bearer app-bearer' }
        const found = fake.respond({ method: 'GET', path: '/2/tweets', query, headers, body: '', at: options.now() })
        const { data, includes } = found.body as { data?: unknown[]; includes?: unknown }
        const line = `${JSON.stringify({ data: data?.[0], includes, matching_rules: [{ id: 'r', tag }] })}\r\n`
        told.push({ at: options.now(), line })
        open?.write(line)
      }
    },
    write: (text: string) => void open?.write(text),
    disconnect(): void {
      open?.end(
        `${JSON.stringify({ errors: [{ title: 'operational-disconnect', disconnect_type: 'UpstreamOperationalDisconnect', detail: 'This stream has been disconnected upstream for operational reasons.' }] })}\r\n`,
      )
    },
    cut: () => void open?.write('{"data":{"id":"1', () => open?.destroy()),
    close: server.close,
  }
}
