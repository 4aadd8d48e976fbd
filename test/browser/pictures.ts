// The pictures of README and docs/precise-queries.md, from the demo world: npm run pictures.
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { findChromium, launchChromium } from '../helpers/chromium.ts'
import { startProduct } from '../helpers/product.ts'
import { root } from '../helpers/root.ts'
import { everyPage, waitForHistory } from './everyPage.ts'
import { signIn, until, visit } from './visit.ts'

const out = join(root, 'docs/images')
const noisy = 'coffee OR machine OR tamsel'
const precise = 'tamsel OR ((coffee OR espresso) NEAR/6 machine)'

const chromium = findChromium()
if (!chromium) throw new Error('No Chromium was found: install one, or name it in CHROMIUM.')
const browser = await launchChromium(chromium)
const demo = await startProduct({ demo: true })
try {
  const { page } = await visit(browser, demo.url)
  await page.setViewportSize({ width: 1280, height: 840 })
  await signIn(page, demo.signInLink)
  await waitForHistory(page)
  await inbox(page)
  await preciseQueries(page)
} finally {
  await browser.close()
  await demo.remove()
}

async function picture(page: Page, name: string, whole = false): Promise<void> {
  await page.mouse.move(0, 0)
  await page.waitForTimeout(500)
  await page.screenshot({ path: join(out, `${name}.png`), fullPage: whole })
}

async function inbox(page: Page): Promise<void> {
  const thread = (await everyPage(page)).find((place) => place.name === 'thread-customer')
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.goto(thread?.address ?? '/inbox')
  await page.locator('.item-focus .judgement').waitFor()
  await picture(page, 'inbox')
  await page.setViewportSize({ width: 1280, height: 840 })
}

/** The steps of the guide, one after the other, as a person takes them. */
async function preciseQueries(page: Page): Promise<void> {
  await page.goto('/queries/new')
  await page.getByLabel('Name').fill('Coffee machines')
  await page.locator('textarea').first().fill(noisy)
  await page.getByText(/matches in 30 days/).waitFor()
  await picture(page, 'query-1-preview')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('link', { name: 'Coffee machines' }).click()
  const address = page.url()

  await page.goto(`${address}/quality`)
  await page
    .locator('main')
    .getByRole('button', { name: /sample/i })
    .first()
    .click()
  await page.getByRole('link', { name: 'Label matches' }).waitFor()
  await page.goto(`${address}/quality/label`)
  await picture(page, 'query-2-label')
  await labelByKeys(page, 60)
  await page.goto(`${address}/quality`)
  await picture(page, 'query-3-quality')

  await page.goto(`${address}/relevance`)
  await picture(page, 'query-4-suggestions')
  await page.goto(`${address}/compare?${new URLSearchParams({ query: precise }).toString()}`)
  await page.getByText('Everything is counted').waitFor()
  await picture(page, 'query-5-compare')
}

/** What names the product, or speaks of a machine, is relevant; give-aways and codes are not. */
async function labelByKeys(page: Page, most: number): Promise<void> {
  const main = page.locator('main')
  for (let labelled = 0; labelled < most; labelled++) {
    if ((await main.getByRole('button', { name: 'Not relevant' }).count()) === 0) return
    const text = await main.innerText()
    const relevant = /tamsel|solo|duo|firmware/i.test(text) && !/winner|% with code|followme/i.test(text)
    await page.keyboard.press(relevant ? 'y' : 'n')
    await until('the label is counted', async () => (await main.innerText()) !== text)
  }
}
