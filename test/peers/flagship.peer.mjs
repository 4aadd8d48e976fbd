// The whole product: started as a person starts it, used in Chromium, over the real network.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { chromiumFlags, findChromium } from './chromium.mjs'
import { mentioning, timeOfRevision } from './network.mjs'
import { startProduct } from './product.mjs'
import { test, waitFor } from './runner.mjs'

export async function register({ network }) {
  test('product: a mention is heard, classified, linked and answered in Chromium; the reply stands in the thread', async () => {
    const executablePath = findChromium()
    assert.ok(executablePath, 'Chromium is missing')
    const brand = await network.createAccount('brand')
    const alice = await network.createAccount('alice')
    const product = await startProduct()
    const browser = await chromium.launch({ executablePath, args: chromiumFlags })
    try {
      const { page, problems } = await openPage(browser)
      await createOwner(page, product.url)
      await importCustomer(product, { name: 'Alice Asker', domain: alice.handle })
      const api = await openApi(page, product.url)
      await connect(page, product.url, brand, await network.createAppPassword(brand), network.pds)

      // After the source: what is older than the connection opens no clock.
      await page.goto(new URL('/inbox', product.url).href)
      const root = await network.post(alice, { text: 'A day without widgets' })
      const ask = await network.post(alice, {
        ...mentioning('hey ', brand, ', my widget arrived broken. Where is my order?'),
        reply: { root, parent: root },
      })
      await openMention(page, /my widget arrived broken/)
      const thread = await threadOf(api, ask.uri)
      await seeClassification(page, mentionOf(thread, ask.uri))
      await seeCustomer(page, 'Alice Asker', alice.handle)
      assert.equal(thread.customerName, 'Alice Asker')
      assert.equal(thread.clock.state, 'running')
      assert.equal(thread.clock.stoppedAt, null)

      const text = 'On its way — sorry! 😅 https://example.com/track'
      await answer(page, brand, alice, text)
      const seen = await waitFor('the reply in the thread of the network', async () => {
        const read = await network.readThread(alice, root.uri)
        return read.replies?.[0]?.replies?.[0]?.post
      })
      assert.equal(seen.author.did, brand.did)
      assert.equal(seen.record.text, text)
      assert.deepEqual(seen.record.reply, { root, parent: ask })

      // The open page says so by itself, and everything says the time at which the network took the reply.
      const accepted = timeOfRevision(await network.latestRevision(brand))
      await seeSent(page, accepted)
      const after = await api.get(`/threads/${thread.id}`)
      assert.equal(Date.parse(after.clock.stoppedAt), accepted, "the clock stopped at the network's time")
      assert.equal(after.clock.state, 'met')
      assert.deepEqual(
        after.replies.map((reply) => [reply.state, Date.parse(reply.sentAt), reply.text]),
        [['sent', accepted, text]],
      )

      await lookNow(page, product.url, api, after.source.id)
      assert.deepEqual(
        (await network.listPosts(brand)).map((post) => post.uri),
        [seen.uri],
        'the network has the reply exactly once',
      )
      const { items } = await api.get('/mentions?limit=50')
      assert.deepEqual(
        items.filter((one) => one.externalId === seen.uri || one.author.externalId === brand.did),
        [],
        'our own reply is no mention',
      )
      assert.deepEqual(problems, [], 'errors in the browser')
      await browser.close()
      await product.stop()
    } catch (error) {
      console.log(product.output().slice(-3000))
      await browser.close()
      await product.stop().catch(() => {}) // The first failure is the one to be told.
      throw error
    }
  })
}

async function openPage(browser) {
  const page = await (await browser.newContext({ locale: 'en-GB' })).newPage()
  const problems = []
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (line) => line.type() === 'error' && problems.push(line.text()))
  return { page, problems }
}

async function createOwner(page, url) {
  await page.goto(url)
  await page.getByLabel('Your name').fill('Olga Owner')
  await page.getByLabel('E-mail').fill('olga@example.test')
  await page.getByLabel('Password').fill('correct horse battery staple')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.waitForURL(/\/welcome/)
}

async function importCustomer(product, { name, domain }) {
  const file = join(product.folder, 'customers.csv')
  writeFileSync(file, `name,email,domain\n${name},someone@customer.test,${domain}\n`)
  await product.run('import', 'customers', file)
}

/** The API with a token that was made on its page. */
async function openApi(page, url) {
  await page.goto(new URL('/settings/tokens', url).href)
  await page.getByLabel('Name').fill('flagship')
  for (const scope of ['mentions:read', 'sources:read']) await page.getByLabel(scope).check()
  await page.getByRole('button', { name: 'Make token' }).click()
  const token = /ear_[\w-]+/.exec(await page.getByRole('region', { name: 'Your new token' }).innerText())?.[0]
  assert.ok(token, 'the token is shown')
  return {
    async get(path) {
      const response = await fetch(new URL(`/api/v1${path}`, url), { headers: { authorization: `Bearer ${token}` } })
      const body = await response.json()
      assert.equal(response.status, 200, JSON.stringify(body))
      return body
    },
  }
}

async function connect(page, url, brand, appPassword, pds) {
  await page.goto(new URL('/sources/new/bluesky', url).href)
  await page.getByLabel('Handle').fill(brand.handle)
  await page.getByLabel('App password').fill(appPassword)
  await page.getByText('More settings').click()
  await page.getByLabel('Service').fill(pds)
  await page.getByRole('button', { name: 'Check and save' }).click()
  await page.waitForURL(/\/sources\/[0-9a-f-]{36}$/)
  await page.getByText('Listening').first().waitFor()
}

/** Nobody presses anything: the empty inbox fills by itself, at the latest after the interval of the source. */
async function openMention(page, text) {
  const row = page.getByRole('listitem').filter({ hasText: text })
  await row.first().waitFor({ timeout: 180_000 })
  await row.getByRole('link').first().click()
  await page.locator('#thread-pane').getByText(text).first().waitFor()
}

/** Once its enrichment is through. */
async function threadOf(api, uri) {
  return waitFor('the classified mention in the API', async () => {
    const { items } = await api.get('/mentions?limit=50')
    const mention = items.find((one) => one.externalId === uri && one.sentiment !== null)
    return mention && api.get(`/threads/${mention.threadId}`)
  })
}

function mentionOf(thread, uri) {
  return thread.mentions.find((one) => one.externalId === uri)
}

async function seeClassification(page, mention) {
  assert.equal(mention.sentiment, 'negative')
  assert.ok(mention.intents.includes('question'), `the intents are ${mention.intents}`)
  const judgement = page.locator(`#thread-pane .judgement`).first()
  await judgement.getByText('Negative').first().waitFor()
  await judgement.getByText('Question', { exact: true }).first().waitFor()
}

async function seeCustomer(page, name, handle) {
  const card = page.getByRole('complementary', { name: 'Customer' })
  await card.getByRole('link', { name }).waitFor()
  await card.getByText('Linked by proof').waitFor()
  await card.getByText(`Handle is the customer's domain ${handle}`).waitFor()
}

async function answer(page, from, to, text) {
  await page.getByRole('textbox', { name: `Reply to @${to.handle} as @${from.handle}` }).fill(text)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
}

/** The page is not reloaded: the stream brings the state of the reply. */
async function seeSent(page, accepted) {
  const reply = page.locator('#thread-pane .item-reply')
  await reply.getByText('Sent', { exact: true }).waitFor({ timeout: 30_000 })
  assert.equal(await reply.count(), 1)
  const shown = await reply
    .locator('time[datetime]')
    .evaluateAll((times) => times.map((time) => Date.parse(time.dateTime)))
  assert.ok(shown.includes(accepted), `${shown} should show ${accepted}`)
  // The clock beside the title and the one in the row of the list, which stays marked as the open one.
  await page.locator('#thread-pane .thread-head .clock-met').waitFor()
  await page.getByRole('link', { name: 'Unanswered 0' }).waitFor()
  await page.getByRole('complementary', { name: 'Customer' }).getByText('Social, from us').waitFor()
  await page
    .locator('#rows li', { has: page.locator('a[aria-current=true]') })
    .locator('.clock-met')
    .waitFor()
}

/** A whole poll after the reply, asked for on the page of the source. */
async function lookNow(page, url, api, sourceId) {
  const heardAt = async () => Date.parse((await api.get(`/sources/${sourceId}`)).lastSuccessAt)
  const before = await heardAt()
  await page.goto(new URL(`/sources/${sourceId}`, url).href)
  await page.getByRole('button', { name: 'Look now' }).click()
  await page.getByText('The source is asked now.').waitFor()
  await waitFor('the next poll', async () => (await heardAt()) > before, { everyMs: 500 })
}
