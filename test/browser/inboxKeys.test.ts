import { build } from 'esbuild'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { render } from '../../views/render.tsx'
import { previewPages } from './pages.tsx'
import { view } from './fixtures/shell.ts'

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const hasBrowser = existsSync(executablePath)
if (!hasBrowser)
  process.stderr.write(`NOT RUN: no Chromium at ${executablePath}, so the keys of the inbox were not tried.\n`)

const posts: string[] = []
let server: Server
let browser: Browser
let assets: string
let base: string

beforeAll(async () => {
  if (!hasBrowser) return
  assets = await mkdtemp(join(tmpdir(), 'earshot-keys-'))
  const entry = fileURLToPath(new URL('../../views/assets/app.ts', import.meta.url))
  await build({ entryPoints: { app: entry }, outdir: assets, bundle: true, format: 'iife', target: 'es2022' })
  const html = new Map(previewPages().map((page) => [page.name, render(view, page.content)]))
  server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://local').pathname
    response.setHeader(
      'content-security-policy',
      "default-src 'none'; script-src 'self'; connect-src 'self'; form-action 'self'",
    )
    if (request.method === 'POST') {
      let body = ''
      for await (const chunk of request) body += String(chunk)
      posts.push(`${path} ${body}`)
      return response.writeHead(path.endsWith('/notes') ? 500 : 204).end()
    }
    if (path.startsWith('/assets/')) {
      const file = await readFile(join(assets, basename(path))).catch(() => undefined)
      return file ? response.setHeader('content-type', 'text/javascript').end(file) : response.writeHead(404).end()
    }
    if (path === '/events') {
      response.setHeader('content-type', 'text/event-stream')
      return response.write('id: 1\nevent: arrived\ndata: {"n":3,"views":["unanswered"]}\n\n')
    }
    response.setHeader('content-type', 'text/html; charset=utf-8').end(html.get(path.slice(1)) ?? '')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ]
  browser = await chromium.launch({ executablePath, args })
})

afterAll(async () => {
  await browser?.close()
  server?.closeAllConnections()
  server?.close()
  if (assets) await rm(assets, { recursive: true, force: true })
})

async function open(name: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage()
  await page.goto(`${base}/${name}`)
  await page.waitForSelector('html.js')
  return page
}

const focused = (page: Page) =>
  page.evaluate<string | null>("document.activeElement?.id || document.activeElement?.getAttribute('href')")

test.runIf(hasBrowser)('j and k walk the rows, ? lists the keys, Ctrl K finds an action', async () => {
  const page = await open('inbox')
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  expect(await focused(page)).toBe('/threads/t2?view=unanswered')
  await page.keyboard.press('k')
  expect(await focused(page)).toBe('/threads/t1?view=unanswered')
  await page.keyboard.press('?')
  expect(await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).isVisible()).toBe(true)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('custom')
  expect(await page.locator('#palette-list li').allInnerTexts()).toEqual([expect.stringContaining('Customers')])
})

test.runIf(hasBrowser)('what arrives waits behind a bar', async () => {
  const page = await open('inbox')
  await page.getByRole('link', { name: '3 new' }).waitFor()
  expect(await page.locator('[data-row]').count()).toBe(7)
})

test.runIf(hasBrowser)('the composer counts as the platform does and a double press sends once', async () => {
  const page = await open('thread')
  await page.keyboard.press('r')
  expect(await focused(page)).toBe('f-reply-text')
  await page.locator('#f-reply-text').fill('Hello 👩‍👩‍👧')
  expect(await page.locator('#reply-count').textContent()).toBe('293 left')
  posts.length = 0
  await page.getByRole('button', { name: 'Send', exact: true }).dblclick()
  await expect.poll(() => posts.filter((post) => post.startsWith('/threads/t1/replies')).length).toBe(1)
})

test.runIf(hasBrowser)('a draft survives a reload before the server had it', async () => {
  const page = await open('thread')
  await page.route('**/draft', (route) => route.abort())
  await page.locator('#f-reply-text').fill('If it happens again before Monday, write to me directly here. Promised.')
  await page.reload()
  await expect.poll(() => page.locator('#f-reply-text').inputValue()).toContain('Promised.')
})

test.runIf(hasBrowser)('a failing server is reported and the text stays', async () => {
  const page = await open('thread')
  await page.keyboard.press('n')
  await page.keyboard.type('For the team')
  await page.keyboard.press('Control+Enter')
  await page.getByRole('alert').filter({ hasText: 'That went wrong on our side' }).waitFor()
  expect(await page.locator('#note-text').inputValue()).toBe('For the team')
})
