import type { Page } from 'playwright-core'
import { until } from './visit.ts'

/** A page to look at: its name in a file name, and its address. */
export interface Place {
  name: string
  address: string
}

const fixed: Place[] = [
  { name: 'inbox', address: '/inbox' },
  { name: 'inbox-reviews', address: '/inbox?view=reviews' },
  { name: 'inbox-search', address: '/inbox?q=tamsel+AND+(crash+OR+refund)' },
  { name: 'inbox-no-match', address: '/inbox?q=zzzzzz' },
  { name: 'customers', address: '/customers' },
  { name: 'customers-import', address: '/customers/import' },
  { name: 'customer-new', address: '/customers/new' },
  { name: 'sources', address: '/sources' },
  { name: 'coverage', address: '/sources/coverage' },
  { name: 'source-new', address: '/sources/new' },
  { name: 'source-new-bluesky', address: '/sources/new/bluesky' },
  { name: 'queries', address: '/queries' },
  { name: 'query-new', address: '/queries/new' },
  { name: 'understanding', address: '/understanding' },
  { name: 'term-rules', address: '/understanding/rules' },
  { name: 'term-rule-new', address: '/understanding/rules/new?form=phrase&text=refund&effect=negative' },
  { name: 'lists', address: '/lists' },
  { name: 'list-new', address: '/lists/new?starter=jobs' },
  { name: 'provider', address: '/understanding/provider' },
  { name: 'topics', address: '/understanding/topics' },
  { name: 'emerging', address: '/understanding/topics/emerging' },
  { name: 'taught-tags', address: '/understanding/tags' },
  { name: 'audits', address: '/understanding/audits' },
  { name: 'disagreements', address: '/understanding/disagreements' },
  { name: 'topic-new', address: '/understanding/topics/new' },
  { name: 'groups', address: '/groups' },
  { name: 'group-new', address: '/groups/new' },
  { name: 'rules', address: '/rules' },
  { name: 'rule-new', address: '/rules/new' },
  { name: 'voice', address: '/reports/voice' },
  { name: 'reports', address: '/reports' },
  { name: 'settings', address: '/settings' },
  { name: 'settings-team', address: '/settings/team' },
  { name: 'settings-tokens', address: '/settings/tokens' },
  { name: 'settings-workspace', address: '/settings/workspace' },
  { name: 'help', address: '/help' },
  { name: 'status', address: '/status' },
]

/** Lists whose first entry stands for its kind. */
const firsts = [
  { name: 'thread', list: '/inbox?view=unanswered', entry: '.row-link[href^="/threads/"]' },
  {
    name: 'thread-customer',
    list: '/inbox?view=unanswered',
    entry: '[data-row]:has(.row-customer):has(mark) .row-link',
  },
  { name: 'thread-review', list: '/inbox?view=reviews', entry: '.row-link[href^="/threads/"]' },
  { name: 'customer', list: '/customers', entry: 'a[href^="/customers/0"]' },
  { name: 'source', list: '/sources', entry: 'a[href^="/sources/0"]' },
  { name: 'query', list: '/queries', entry: 'a[href^="/queries/0"]' },
  { name: 'topic', list: '/understanding/topics', entry: 'th a[href^="/understanding/topics/0"]' },
]

/** Every page of somebody who is signed in, with the first thread, customer, source and query of the lists. */
export async function everyPage(page: Page): Promise<Place[]> {
  const found: Place[] = []
  for (const { name, list, entry } of firsts) {
    await page.goto(list)
    const link = page.locator(entry).first()
    await link.waitFor({ state: 'attached' })
    found.push({ name, address: (await link.getAttribute('href')) ?? '' })
  }
  const query = found.find(({ name }) => name === 'query')?.address ?? ''
  await labelSome(page, query)
  const change = new URLSearchParams({ query: 'tamsel NOT giveaway' }).toString()
  const quality = [
    { name: 'query-compare', address: `${query}/compare?${change}` },
    { name: 'query-quality', address: `${query}/quality` },
    { name: 'query-label', address: `${query}/quality/label` },
  ]
  return [...fixed, ...found, ...quality]
}

/** Draws samples of a query and labels a few by keyboard, each answer bringing the next mention. */
export async function labelSome(page: Page, query: string): Promise<void> {
  await page.goto(`${query}/quality`)
  const draw = page.getByRole('button', { name: 'Draw samples' })
  if (await draw.isVisible()) await draw.click()
  for (const scope of ['match', 'near', 'not']) {
    await page.goto(`${query}/quality/label?of=${scope}`)
    const shown = page.locator('input[name=mention]')
    for (const key of ['y', 'y', 'n', 'u', 'y']) {
      const before = await shown.inputValue()
      if (before === '') break
      await page.keyboard.press(key)
      await page.locator(`input[name=mention]:not([value="${before}"])`).waitFor({ state: 'attached' })
    }
  }
}

/** The first poll brings 30 days; answers when nothing of it is left to be classified. */
export async function waitForHistory(page: Page): Promise<void> {
  await until(
    'the whole history is classified',
    async () => {
      await page.goto('/inbox?view=all')
      const total = (await page.locator('.list-head .muted').textContent()) ?? ''
      return Number(total.replaceAll(/\D/g, '')) > 300 && (await page.getByText('Not yet classified').count()) === 0
    },
    120_000,
  )
}
