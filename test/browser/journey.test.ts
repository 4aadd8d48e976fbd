import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { withMaintenance } from '../../src/store/postgres.ts'
import { findChromium, launchChromium } from '../helpers/chromium.ts'
import { startProduct, type Product } from '../helpers/product.ts'
import { addSender, type Sender } from '../helpers/webhook.ts'
import { everyPage, waitForHistory } from './everyPage.ts'
import { patience, sidewaysScroll, signIn, until, visit, type Visit } from './visit.ts'

const chromium = findChromium()
const slow = 300_000
const waiting = { timeout: patience }

let browser: Browser
const open: Visit[] = []

beforeAll(async () => {
  if (chromium) browser = await launchChromium(chromium)
}, slow)
afterAll(() => browser?.close())
afterEach(leave)

async function leave(): Promise<void> {
  const found = open.flatMap((one) => one.problems)
  for (const one of open.splice(0)) await one.close()
  // Holds for every journey: no policy report, no script error, no dialog, nothing fetched from elsewhere.
  if (found.length > 0) throw new Error(found.join('\n'))
}

async function enter(product: Product, link: string, options?: Parameters<typeof visit>[2]): Promise<Page> {
  const one = await visit(browser, product.url, options)
  open.push(one)
  await signIn(one.page, link)
  return one.page
}

const databases: [string, boolean][] = [
  ['SQLite', true],
  ['PostgreSQL', inject('postgresUrl') !== ''],
]
for (const [database, runs] of databases)
  describe.skipIf(!chromium || !runs)(`first visit (${database})`, () => {
    it('leads from nothing to a mention answered, with the clock stopped', { timeout: slow }, async () => {
      const fresh = database === 'SQLite' ? undefined : await createDatabase()
      const product = await startProduct(fresh ? { env: { DATABASE_URL: fresh.url } } : {})
      try {
        expect(await firstVisit(product)).toBeLessThan(60_000)
      } finally {
        for (const one of open) await one.close()
        await product.remove()
        await fresh?.drop()
      }
    })
  })

async function createDatabase() {
  const name = `journey_${process.pid}_${Date.now()}`
  const maintenance = inject('postgresUrl')
  await withMaintenance(maintenance, (run) => run(`create database ${name}`))
  const url = new URL(maintenance)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => withMaintenance(maintenance, (run) => run(`drop database ${name} with (force)`)) }
}

/** Answers how long the inbox took to show its first row, in ms. */
async function firstVisit(product: Product): Promise<number> {
  const one = await visit(browser, product.url)
  open.push(one)
  const { page } = one
  await page.goto('/')
  await expectHeading(page, 'Welcome to Earshot')
  await page.getByLabel('Your name').fill('Ines Aldana')
  await page.getByLabel('E-mail').fill('ines@tamsel.example')
  await page.getByLabel('Password').fill('three calm little words')
  await page.getByRole('button', { name: 'Create account' }).click()
  await expectHeading(page, 'What is your product called?')
  const pressedAt = Date.now()
  await page.getByRole('button', { name: 'Look around in the demo world' }).click()
  await page.locator('#progress .big-figure strong', { hasText: /^[1-9]/ }).waitFor()
  await page.getByRole('link', { name: 'Open the inbox' }).click()
  await page.locator('[data-row]').first().waitFor()
  const filledAfterMs = Date.now() - pressedAt

  await openKnownCustomer(page)
  await expectWhyAndJudgement(page)
  await correct(page)
  await answer(page, 'Thank you for telling us. We are on it.')
  await expectSent(page, 'Thank you for telling us. We are on it.')
  await page.locator('.thread-head .clock-met, .thread-head .clock-met_late').waitFor()
  await page.locator('#customer-card').getByRole('link', { name: 'All touchpoints' }).click()
  await page.locator('.timeline', { hasText: 'Thank you for telling us. We are on it.' }).waitFor()
  return filledAfterMs
}

describe.skipIf(!chromium)('in the demo world', () => {
  let product: Product
  let sender: Sender
  const people: Record<string, string> = {}

  beforeAll(async () => {
    if (!chromium) return
    product = await startProduct({ demo: true })
    sender = await addSender(product)
    const page = await enter(product, product.signInLink)
    await waitForHistory(page)
    for (const name of ['Ada', 'Ben', 'Cleo', 'Dora', 'Emil', 'Fay', 'Gus', 'Hal', 'Ivo'])
      people[name] = await product.addPerson(
        `${name.toLowerCase()}@tamsel.example`,
        name,
        name === 'Hal' ? 'admin' : 'agent',
      )
    await leave()
  }, slow)
  afterAll(() => product?.remove())

  const enterAs = (name: string, options?: Parameters<typeof visit>[2]) => enter(product, people[name] ?? '', options)

  it('answers without JavaScript, and two presses on Send are one reply', { timeout: slow }, async () => {
    const page = await enterAs('Ada', { javaScriptEnabled: false })
    await openAnswerable(page)
    await page.locator('summary', { hasText: 'Correct this' }).last().click()
    await page.locator('.correction').last().getByText('Positive').click()
    await page.locator('.correction').last().locator('button[type=submit]').click()
    await page.getByText('Corrected by').first().waitFor()
    await page.locator('#f-reply-text').fill('Answered by hand.')
    await page.getByRole('button', { name: 'Send' }).dblclick()
    await page.locator('.item-reply', { hasText: 'Answered by hand.' }).waitFor()
    await expect
      .poll(
        async () =>
          (await page.reload()) && page.locator('.reply-sent').filter({ hasText: 'Answered by hand.' }).count(),
        {
          timeout: patience,
        },
      )
      .toBe(1)
    expect(await page.locator('.item-reply', { hasText: 'Answered by hand.' }).count()).toBe(1)
    expect(await repliesNamed(product, 'Answered by hand.')).toBe(1)
  })

  it('goes through a shift by keyboard alone', { timeout: slow }, async () => {
    const page = await enterAs('Ben')
    await page.locator('[data-row]').first().waitFor()
    const focused = () => page.locator('[data-row]:has(:focus)').getAttribute('id')
    const rows = await page.locator('[data-row]').evaluateAll((all) => all.map((one) => one.id))
    await page.keyboard.press('j')
    expect(await focused()).toBe(rows[0])
    await page.keyboard.press('j')
    expect(await focused()).toBe(rows[1])
    await page.keyboard.press('k')
    expect(await focused()).toBe(rows[0])
    await page.keyboard.press('Enter')
    await page.locator(`#thread-pane > .thread[data-thread="${rows[0]?.slice(4)}"]`).waitFor()
    for (let at = 1; (await page.locator('#f-reply-text').count()) === 0; at += 1) {
      await page.keyboard.press('j')
      await page.locator(`#thread-pane > .thread[data-thread="${rows[at]?.slice(4)}"]`).waitFor()
    }
    await page.keyboard.press('r')
    await page.keyboard.type('Typed without a mouse: j k e / ? are letters here.')
    await page.keyboard.press('Control+Enter')
    await expectSent(page, 'Typed without a mouse: j k e / ? are letters here.')
    await page.keyboard.press('Escape')
    await page.keyboard.press('e')
    await page.locator('.thread-actions').getByRole('button', { name: 'Reopen' }).waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('/')
    await page.keyboard.type('"typed without" OR tamsel')
    await page.keyboard.press('Enter')
    await page.waitForURL(/q=/)
    await page.locator('[data-row]').first().waitFor()
    await page.keyboard.press('Control+k')
    await page.locator('#palette-input').fill('all sources')
    await page.keyboard.press('Escape')
  })

  it('keeps a draft over a reload, a second tab, and a reload before it was saved', { timeout: slow }, async () => {
    const page = await enterAs('Cleo')
    await openAnswerable(page)
    await page.locator('#f-reply-text').fill('Half a thought')
    await page.locator('#reply-draft', { hasText: 'Draft saved' }).waitFor()
    await page.reload()
    await expect.poll(() => draftIn(page), waiting).toBe('Half a thought')
    const tab = await page.context().newPage()
    await tab.goto(page.url())
    await expect.poll(() => draftIn(tab), waiting).toBe('Half a thought')
    await tab.close()
    // Sooner than the pause after which the server saves; at the end, and before what the server has.
    await page.locator('#f-reply-text').press('Control+End')
    await page.locator('#f-reply-text').pressSequentially(', and the rest')
    await page.reload()
    await expect.poll(() => draftIn(page), waiting).toBe('Half a thought, and the rest')
    await page.locator('#f-reply-text').press('Control+Home')
    await page.locator('#f-reply-text').pressSequentially('Well: ')
    await page.reload()
    await expect.poll(() => draftIn(page), waiting).toBe('Well: Half a thought, and the rest')
  })

  it('keeps rows where they are while new ones arrive', { timeout: slow }, async () => {
    const page = await enterAs('Dora')
    await page.goto('/inbox?view=all')
    await page.locator('[data-row]').first().waitFor()
    const places = () =>
      page.locator('[data-row]').evaluateAll((all) => all.map((one) => `${one.id} ${one.getBoundingClientRect().top}`))
    const before = await places()
    const arrivals = [1, 2, 3].map((id) => ({ externalId: `n${id}`, text: `tamsel arrives ${id}`, author: 'newcomer' }))
    expect(await sender.deliver(arrivals)).toBe(202)
    await page.locator('#new-bar', { hasText: /^\d+ new/ }).waitFor()
    expect(await places()).toEqual(before)
    await expect
      .poll(
        () =>
          page
            .locator('#new-bar')
            .textContent()
            .then((text) => Number.parseInt(text ?? '0', 10)),
        { timeout: patience },
      )
      .toBeGreaterThanOrEqual(3)
    await page.keyboard.press('.')
    await page.locator('[data-row]', { hasText: 'tamsel arrives 3' }).waitFor()
  })

  it('sends once when Send is pressed twice', { timeout: slow }, async () => {
    const page = await enterAs('Emil')
    await openAnswerable(page)
    await page.locator('#f-reply-text').fill('Only once, please.')
    await page.getByRole('button', { name: 'Send' }).dblclick()
    await expectSent(page, 'Only once, please.')
    expect(await page.locator('.item-reply', { hasText: 'Only once, please.' }).count()).toBe(1)
    expect(await repliesNamed(product, 'Only once, please.')).toBe(1)
  })

  it('shows that a colleague answered meanwhile, and keeps the text', { timeout: slow }, async () => {
    const page = await enterAs('Fay')
    const address = await openAnswerable(page)
    await page.locator('#f-reply-text').fill('My own answer')
    const colleague = await enterAs('Gus')
    await colleague.goto(address ?? '')
    await answer(colleague, 'Gus was faster.')
    await expectSent(colleague, 'Gus was faster.')
    await page.getByRole('button', { name: 'Send' }).click()
    const conflict = page.getByRole('alert').filter({ hasText: 'Gus answered while you were writing' })
    await conflict.waitFor()
    expect(await conflict.textContent()).toContain('Gus was faster.')
    expect(await page.locator('#f-reply-text').inputValue()).toBe('My own answer')
    expect(await repliesNamed(product, 'My own answer')).toBe(0)
    await page.getByRole('button', { name: 'Send' }).click()
    await expectSent(page, 'My own answer')
  })

  it('fits a screen of 360 px on every page', { timeout: slow }, async () => {
    // An administrator: the forms of sources and queries are refused to agents.
    const page = await enterAs('Hal', { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })
    const tooWide: string[] = []
    for (const { address } of await everyPage(page)) {
      const answer = await page.goto(address)
      if (answer?.status() !== 200) tooWide.push(`${address} answers ${answer?.status()}`)
      const over = await sidewaysScroll(page)
      if (over > 0) tooWide.push(`${address} by ${over} px`)
    }
    expect(tooWide).toEqual([])
  })
})

async function expectHeading(page: Page, name: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name }).waitFor()
}

/** The inbox is still filling: a customer's mention that matched a query will be among the first before long. */
async function openKnownCustomer(page: Page): Promise<void> {
  await until('a mention of a known customer can be answered', async () => {
    return (await openAnswerable(page, '[data-row]:has(.row-customer):has(mark):not(:has(.stars))')) !== undefined
  })
}

/** Opens the newest thread that can be answered from here, more than once as reviews cannot; answers its address. */
async function openAnswerable(page: Page, rows = '[data-row]:not(:has(.stars))'): Promise<string | undefined> {
  await page.goto('/inbox?view=unanswered')
  await page.locator('[data-row]').first().waitFor()
  const links = page.locator(rows).locator('.row-link')
  const addresses = await links.evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''))
  for (const address of addresses) {
    await page.goto(address)
    await page.locator('#thread-pane > .thread').waitFor()
    if ((await page.locator('#f-reply-text').count()) > 0) return address
  }
  return undefined
}

async function expectWhyAndJudgement(page: Page): Promise<void> {
  await page.locator('.item-focus .why-line', { hasText: 'Matched' }).first().waitFor()
  await page
    .locator('.item-focus .judgement')
    .getByText(/(Negative|Neutral|Positive|Mixed).*\d+\s?%/)
    .first()
    .waitFor()
}

async function correct(page: Page): Promise<void> {
  const judgement = page.locator('.item-focus .judgement')
  await judgement.getByText('Correct this').click()
  await judgement.getByText('Neutral', { exact: true }).last().click()
  await refreshConversation(page)
  await judgement.locator('button[type=submit]').click()
  await page.locator('.item-focus .judgement', { hasText: 'Corrected by' }).waitFor()
}

/** Somebody else changes the thread: what is unfolded and chosen on this page has to survive it. */
async function refreshConversation(page: Page): Promise<void> {
  const refreshed = page.waitForResponse((response) => response.url().includes('/conversation?'))
  await page.evaluate(`
    document.getElementById('stream').dispatchEvent(new CustomEvent('thread', {
      detail: { data: JSON.stringify({ id: document.querySelector('#thread-pane > .thread').dataset.thread }) },
    }))`)
  await refreshed
  await page.waitForTimeout(100)
}

async function answer(page: Page, text: string): Promise<void> {
  await page.locator('#f-reply-text').fill(text)
  await page.getByRole('button', { name: 'Send' }).click()
}

/** The delivery state reaches the open page by itself. */
async function expectSent(page: Page, text: string): Promise<void> {
  await page.locator('.reply-sent', { hasText: text }).waitFor()
}

function draftIn(page: Page): Promise<string> {
  return page.locator('#f-reply-text').inputValue()
}

async function repliesNamed(product: Product, text: string): Promise<number> {
  const { code, out, err } = await product.command('export', 'replies')
  if (code !== 0) throw new Error(err)
  return out.split('\n').filter((line) => line && (JSON.parse(line) as { text: string }).text === text).length
}
