// Photographs every page of the running product with the demo world and asks axe about each: npm run screenshots [-- name …].
import axe from 'axe-core'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { findChromium, launchChromium } from '../helpers/chromium.ts'
import { startProduct, type Product } from '../helpers/product.ts'
import { root } from '../helpers/root.ts'
import { everyPage, waitForHistory, type Place } from './everyPage.ts'
import { sidewaysScroll, signIn, visit } from './visit.ts'

const out = join(root, 'test-results/screenshots')
const widths = (process.env['WIDTHS'] ?? '1440,1024,390').split(',').map(Number)
const only = process.argv.slice(2)

/** axe runs in the page through the debugging protocol, so that the page's own policy stays in force. */
const askAxe = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map((node) => id + ': ' + node.html.slice(0, 160))))`

const chromium = findChromium()
process.exitCode = chromium ? await photographAll(chromium) : 1

async function photographAll(path: string): Promise<number> {
  await mkdir(out, { recursive: true })
  const browser = await launchChromium(path)
  const demo = await startProduct({ demo: true })
  const empty = await startProduct()
  try {
    const problems = [...(await photographOutside(browser, empty)), ...(await photographInside(browser, demo))]
    for (const one of problems) console.log(one)
    console.log(`${widths.length} widths, light and dark, in ${out}: ${problems.length} problems`)
    return problems.length > 0 ? 1 : 0
  } finally {
    await browser.close()
    await Promise.all([demo.remove(), empty.remove()])
  }
}

/** Before anybody is there: the first visit, then the wizard. */
async function photographOutside(browser: Browser, product: Product): Promise<string[]> {
  const one = await visit(browser, product.url)
  const { page } = one
  const found = await photograph(page, { name: 'first-visit', address: '/first-visit' })
  await page.getByLabel('Your name').fill('Ines Aldana')
  await page.getByLabel('E-mail').fill('ines@tamsel.example')
  await page.getByLabel('Password').fill('three calm little words')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.waitForURL(/\/welcome/)
  for (const [name, address] of [
    ['welcome', '/welcome'],
    ['welcome-sources', '/welcome/sources?word=tamsel'],
    ['inbox-empty', '/inbox'],
    ['sources-empty', '/sources'],
    ['reports-empty', '/reports'],
    ['customers-empty', '/customers'],
  ] as const)
    found.push(...(await photograph(page, { name, address })))
  await page.context().clearCookies()
  found.push(...(await photograph(page, { name: 'sign-in', address: '/sign-in' })))
  await one.close()
  return [...found, ...one.problems]
}

async function photographInside(browser: Browser, product: Product): Promise<string[]> {
  const one = await visit(browser, product.url)
  const { page } = one
  await signIn(page, product.signInLink)
  await waitForHistory(page)
  const found: string[] = []
  for (const place of await everyPage(page)) found.push(...(await photograph(page, place)))
  await one.close()
  return [...found, ...one.problems]
}

async function photograph(page: Page, place: Place): Promise<string[]> {
  if (only.length > 0 && !only.includes(place.name)) {
    if (place.name === 'first-visit') await page.goto(place.address)
    return []
  }
  const found: string[] = []
  for (const width of widths)
    for (const colorScheme of ['light', 'dark'] as const) {
      const form = `${place.name}-${width}-${colorScheme}`
      await page.setViewportSize({ width, height: width < 500 ? 844 : 900 })
      await page.emulateMedia({ colorScheme })
      const answer = await page.goto(place.address)
      if (answer?.status() !== 200) found.push(`${form}: answers ${answer?.status()}`)
      await page.evaluate('document.fonts.ready.then(() => undefined)')
      const path = join(out, `${form}.png`)
      await page.screenshot({ path, animations: 'disabled', fullPage: width < 500 })
      const over = await sidewaysScroll(page)
      if (over > 0) found.push(`${form}: scrolls sideways by ${over} px`)
      await page.evaluate(axe.source)
      for (const violation of (await page.evaluate(askAxe)) as string[]) found.push(`${form}: ${violation}`)
    }
  return found
}
