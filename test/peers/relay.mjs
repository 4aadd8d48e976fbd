// A server between the product and the network that can lose the answer to a write: the network has it, nobody was told.
import { createServer } from 'node:http'

export async function startRelay(target) {
  /** Names of methods whose next answer is lost. */
  const lose = new Set()
  const server = createServer((request, response) => {
    forward(request, response).catch(() => request.socket.destroy())
  }).listen(0, '127.0.0.1')

  async function forward(request, response) {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const url = new URL(request.url, target)
    const answer = await fetch(url, {
      method: request.method,
      headers: without(request.headers, 'host', 'connection', 'content-length', 'transfer-encoding'),
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
      redirect: 'manual',
    })
    const body = Buffer.from(await answer.arrayBuffer())
    if (lose.delete(url.pathname.replace('/xrpc/', ''))) return request.socket.destroy()
    response.writeHead(
      answer.status,
      without(Object.fromEntries(answer.headers), 'content-encoding', 'content-length', 'transfer-encoding'),
    )
    response.end(body)
  }

  await new Promise((resolve) => server.once('listening', resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    lose,
    stop() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}

function without(headers, ...names) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)))
}
