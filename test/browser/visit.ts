import { setTimeout as delay } from 'node:timers/promises'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'

/** Waits are generous because the machine may be busy; nothing waits longer than it has to. */
export const patience = 60_000

export interface Visit {
  context: BrowserContext
  page: Page
  /** Policy reports, script errors, console errors, dialogs and requests to other hosts, as sentences. */
  problems: string[]
  close(): Promise<void>
}

/**
 * One person's browser, in which whatever must never happen is written down. Chromium itself reports an answer of
 * 409 or 422 in the console; those are how a form is refused, so they are no problem.
 */
export async function visit(browser: Browser, base: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ baseURL: base, viewport: { width: 1440, height: 900 }, ...options })
  context.setDefaultTimeout(patience)
  const problems: string[] = []
  await watch(context, base, problems)
  const page = await context.newPage()
  return { context, page, problems, close: () => context.close() }
}

async function watch(context: BrowserContext, base: string, problems: string[]): Promise<void> {
  await context.exposeBinding('__earshotProblem', (_source, text: string) => void problems.push(text))
  await context.addInitScript({ content: reportFromPage })
  context.on('request', (request) => {
    if (!request.url().startsWith(`${base}/`) && !request.url().startsWith('data:'))
      problems.push(`request to another host: ${request.url()}`)
  })
  context.on('console', (message) => {
    if (message.type() !== 'error') return
    if (/status of (409|422)/.test(message.text())) return
    problems.push(`console: ${message.text()} (${message.location().url})`)
  })
  context.on('weberror', (error) => problems.push(`script error: ${error.error().message}`))
  context.on('page', (page) => {
    page.on('dialog', (dialog) => {
      problems.push(`dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
  })
}

/** Runs in the page before anything of it. The canary is what hostile strings would call. */
const reportFromPage = `
  document.addEventListener('securitypolicyviolation', (event) =>
    window.__earshotProblem('policy: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample),
  )
  window.__xss = () => window.__earshotProblem('executed: __xss')
`

/** Asks again until the answer is yes; `what` names it when patience ends. */
export async function until(what: string, ask: () => Promise<boolean>, limitMs = patience): Promise<void> {
  const end = Date.now() + limitMs
  while (!(await ask())) {
    if (Date.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`)
    await delay(250)
  }
}

/** Follows a one-time link and presses its button. */
export async function signIn(page: Page, link: string): Promise<void> {
  await page.goto(link)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(/\/inbox/)
}

/** How far the page can be scrolled sideways, in px. */
export function sidewaysScroll(page: Page): Promise<number> {
  return page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth)
}
