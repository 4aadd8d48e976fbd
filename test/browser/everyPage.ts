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
  { name: 'source-new', address: '/sources/new' },
  { name: 'source-new-bluesky', address: '/sources/new/bluesky' },
  { name: 'queries', address: '/queries' },
  { name: 'query-new', address: '/queries/new' },
  { name: 'understanding', address: '/understanding' },
  { name: 'rules', address: '/understanding/rules' },
  { name: 'rule-new', address: '/understanding/rules/new?form=phrase&text=refund&effect=negative' },
  { name: 'lists', address: '/lists' },
  { name: 'list-new', address: '/lists/new?starter=jobs' },
  { name: 'topics', address: '/understanding/topics' },
  { name: 'topic-new', address: '/understanding/topics/new' },
  { name: 'groups', address: '/groups' },
  { name: 'group-new', address: '/groups/new' },
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
  return [...fixed, ...found]
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
