// Draws every page with made-up models, photographs it and asks axe. `node test/browser/preview.ts [name …]`.
import axe from 'axe-core'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import { chromium } from 'playwright-core'
import type { Page } from 'playwright-core'
import { render } from '../../views/render.tsx'
import { view } from './fixtures/shell.ts'
import { previewPages } from './pages.tsx'

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
const types: Record<string, string> = {
  css: 'text/css',
  js: 'text/javascript',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
}
const widths = (process.env['WIDTHS'] ?? '1440,1024,390').split(',').map(Number)

const [out = 'test-results/preview', assets = '', ...only] = process.argv.slice(2)
const pages = previewPages().filter((page) => only.length === 0 || only.includes(page.name))
const html = new Map(pages.map((page) => [`/${page.name}`, render(view, page.content)]))
await mkdir(out, { recursive: true })
for (const [name, text] of html) await writeFile(join(out, `${name.slice(1)}.html`), text)

const server = createServer(async (request, response) => {
  const path = new URL(request.url ?? '/', 'http://local').pathname
  const text = html.get(path)
  response.setHeader('content-security-policy', policy)
  if (text !== undefined) return response.setHeader('content-type', 'text/html; charset=utf-8').end(text)
  if (!path.startsWith('/assets/')) return response.writeHead(404).end()
  const file = await readFile(join(assets, basename(path))).catch(() => undefined)
  if (!file) return response.writeHead(404).end()
  response.setHeader('content-type', types[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream').end(file)
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: flags })
let problems = 0
for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of widths) {
    const context = await browser.newContext({
      viewport: { width, height: width === 390 ? 844 : 900 },
      colorScheme,
      bypassCSP: false,
    })
    for (const { name } of pages) {
      const page = await context.newPage()
      problems += await look(page, name, `${width}-${colorScheme}`)
      await page.close()
    }
    await context.close()
  }
}
await browser.close()
server.close()
console.log(`${pages.length} pages, ${widths.length} widths, light and dark: ${problems} problems`)
process.exitCode = problems > 0 ? 1 : 0

async function look(page: Page, name: string, form: string): Promise<number> {
  const found: string[] = []
  page.on('pageerror', (error) => found.push(`error ${error.message}`))
  page.on('console', (message) => /Content Security Policy|violates/.test(message.text()) && found.push(message.text()))
  await page.goto(`${base}/${name}`)
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({
    path: join(out, `${name}-${form}.png`),
    fullPage: form.startsWith('390') || name.endsWith('-long'),
  })
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  if (overflow > 0) found.push(`scrolls sideways by ${overflow} px`)
  // axe through the debugging protocol: the page's own policy stays in force.
  await page.evaluate(axe.source)
  const result = await page.evaluate(() =>
    (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] }),
  )
  for (const violation of result.violations)
    for (const node of violation.nodes.slice(0, 3))
      found.push(`${violation.id}: ${node.html.slice(0, 160)} | ${node.failureSummary?.split('\n')[1] ?? ''}`)
  for (const one of found) console.log(`${name} ${form}: ${one}`)
  return found.length
}
