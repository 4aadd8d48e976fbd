import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createGzip } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommand, startProduct, type Product } from './helpers/product.ts'

const slow = 180_000
const bombBytes = 300 * 1024 * 1024

describe('bad input through the running product', () => {
  let product: Product
  let server: Server
  let port = 0
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/bomb') {
        response.writeHead(200, { 'content-type': 'application/rss+xml', 'content-encoding': 'gzip' })
        return sendBomb(response)
      }
      if (request.headers.authorization) {
        response.writeHead(401, { 'content-type': 'application/json' })
        return response.end('{"error":"The access token is invalid"}')
      }
      response.setHeader('content-type', 'application/rss+xml')
      response.end(request.url === '/half' ? '<rss><channel><title>Half a fe' : '<html><p>Not a feed</p></html>')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
    product = await startProduct({ env: { EARSHOT_ALLOW_PRIVATE: `127.0.0.1:${port}` } })
    await product.addPerson('ines@tamsel.example', 'Ines', 'owner')
  }, slow)
  afterAll(async () => {
    await product?.remove()
    server?.closeAllConnections()
    server?.close()
  })

  const addFeed = (url: string) => product.command('source', 'add', 'rss', '--url', url)
  const nothingAdded = async () => expect((await product.command('source', 'list', '--json')).out.trim()).toBe('')

  it('says that an address is no feed, and saves nothing', { timeout: slow }, async () => {
    const page = await addFeed(`http://127.0.0.1:${port}/page`)
    expect(page.code).toBe(1)
    expect(page.err).toMatch(/feed/i)
    await nothingAdded()
  })

  it('says that a host cannot be reached', { timeout: slow }, async () => {
    const { code, err } = await addFeed('https://nowhere.invalid/feed.xml')
    expect(code).toBe(1)
    expect(err).toContain('nowhere.invalid')
    await nothingAdded()
  })

  it('refuses a private address and names the setting', { timeout: slow }, async () => {
    const { code, err } = await addFeed('http://10.0.0.1/feed.xml')
    expect(code).toBe(1)
    expect(err).toContain('EARSHOT_ALLOW_PRIVATE')
    await nothingAdded()
  })

  it('stops a gzip bomb early and stays small', { timeout: slow }, async () => {
    const token = await product.command('user', 'link', 'ines@tamsel.example')
    const page = await signedIn(product, token.out.trim())
    const answer = await page('/sources/new/rss', { url: `http://127.0.0.1:${port}/bomb`, name: 'Bomb' })
    expect(answer.status).toBe(422)
    expect(answer.text).toMatch(/larger|too large|MB/)
    expect(answer.text).toContain(`value="http://127.0.0.1:${port}/bomb"`)
    // Where there is no /proc the peak is not known; the message above proves that reading stopped.
    expect(product.memory()?.peak ?? 0).toBeLessThan(bombBytes)
    await nothingAdded()
  })

  it('refuses a secret that is too short beside its field and keeps the other fields', { timeout: slow }, async () => {
    const link = await product.command('user', 'link', 'ines@tamsel.example')
    const page = await signedIn(product, link.out.trim())
    const answer = await page('/sources/new/webhook', { name: 'Mine', secret: 'short' })
    expect(answer.status).toBe(422)
    expect(answer.text).toContain('value="Mine"')
    expect(answer.text).toMatch(/16/)
    await nothingAdded()
  })

  it('says beside the form that a token is wrong, and keeps what was typed', { timeout: slow }, async () => {
    const link = await product.command('user', 'link', 'ines@tamsel.example')
    const page = await signedIn(product, link.out.trim())
    const baseUrl = `http://127.0.0.1:${port}`
    const answer = await page('/sources/new/mastodon', { baseUrl, name: 'Ours', token: 'not the token' })
    expect(answer.status).toBe(422)
    expect(answer.text).toMatch(/token/i)
    expect(answer.text).toContain('value="Ours"')
    expect(answer.text).not.toContain('not the token')
    await nothingAdded()
  })

  it('imports the good rows of a CSV and names the broken one', { timeout: slow }, async () => {
    const file = join(product.folder, 'customers.csv')
    writeFileSync(file, 'name,email\nAnn,ann@tamsel.example\nBob,"bob@tamsel.example\nCid,cid@tamsel.example\n')
    const { code, err } = await product.command('import', 'customers', file)
    expect(code).toBe(1)
    expect(err).toMatch(/line 3/)
    const { out } = await product.command('export', 'customers')
    expect(out).toContain('"Ann"')
    expect(out).toContain('"Cid"')
  })

  it('lists every wrong setting at once and starts nothing', { timeout: slow }, async () => {
    const { code, err } = await runCommand({ PORT: 'eighty', EARSHOT_SECRET: 'short', EARSHOT_ROLES: 'some' }, [
      'start',
    ])
    expect(code).toBe(1)
    expect(err).toContain('Nothing was started')
    for (const name of ['PORT', 'EARSHOT_SECRET', 'EARSHOT_ROLES']) expect(err).toContain(name)
  })
})

/** 300 MB of zeros are 300 kB on the wire. */
function sendBomb(response: NodeJS.WritableStream): void {
  const gzip = createGzip()
  const zeros = Buffer.alloc(1024 * 1024)
  let left = bombBytes / zeros.length
  const more = () => {
    while (left-- > 0) if (!gzip.write(zeros)) return void gzip.once('drain', more)
    gzip.end()
  }
  gzip.on('error', () => undefined)
  gzip.pipe(response).on('error', () => gzip.destroy())
  more()
}

/** Posts a form of the interface with the token that its page carries. */
async function signedIn(product: Product, link: string) {
  const entered = await fetch(link, { method: 'POST', redirect: 'manual', headers: { Origin: product.url } })
  const cookie = entered.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  return async (path: string, fields: Record<string, string>) => {
    const form = await (await fetch(`${product.url}${path}`, { headers: { Cookie: cookie } })).text()
    const csrf = /name="_csrf" value="([^"]+)"/.exec(form)?.[1] ?? ''
    const answer = await fetch(`${product.url}${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { Cookie: cookie, Origin: product.url },
      body: new URLSearchParams({ _csrf: csrf, ...fields }),
    })
    return { status: answer.status, text: await answer.text() }
  }
}
