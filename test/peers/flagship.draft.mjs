// The whole product: started as a person starts it, used in Chromium, over the real network. Not enabled yet: the pages
// it needs are being joined. To enable it, rename it to flagship.peer.mjs and run `npm run test:peers -- flagship`.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { requireNode, root } from '../../bin/node.js'
import { chromiumFlags, findChromium } from './chromium.mjs'
import { mentioning } from './network.mjs'
import { test, waitFor } from './runner.mjs'

export async function register({ network }) {
  test('product: from npm start to a reply that stands in the thread', async () => {
    const executablePath = findChromium()
    assert.ok(executablePath, 'Chromium is missing')
    const product = await startProduct()
    const browser = await chromium.launch({ executablePath, args: chromiumFlags })
    try {
      const page = await (await browser.newContext({ locale: 'en-GB' })).newPage()
      const problems = []
      page.on('pageerror', (error) => problems.push(error.message))
      page.on('console', (line) => line.type() === 'error' && problems.push(line.text()))
      const brand = await network.createAccount('brand')
      const alice = await network.createAccount('alice')
      await createOwner(page, product.url)
      await connect(page, product.url, brand, await network.createAppPassword(brand), network.pds)

      // After the source: what is older than the connection opens no clock.
      const thread = await network.post(alice, { text: 'A day without widgets' })
      const ask = await network.post(alice, {
        ...mentioning('hey ', brand, ', where is my order?'),
        reply: { root: thread, parent: thread },
      })
      await openMention(page, product.url, /where is my order/)
      const text = 'On its way — sorry! 😅 https://example.com/track'
      await page.getByRole('textbox', { name: new RegExp(`Reply to @${alice.handle}`) }).fill(text)
      await page.getByRole('button', { name: 'Send', exact: true }).click()

      const seen = await waitFor('the reply in the thread of the network', async () => {
        const read = await network.readThread(alice, thread.uri)
        return read.replies?.[0]?.replies?.[0]?.post
      })
      assert.equal(seen.author.did, brand.did)
      assert.equal(seen.record.text, text)
      assert.equal(seen.record.reply.root.uri, thread.uri)
      assert.equal(seen.record.reply.parent.uri, ask.uri)

      // The page says so by itself, with the network's time, and the clock has stopped.
      const pane = page.locator('#thread-pane')
      await pane.getByText('Sent', { exact: false }).first().waitFor({ timeout: 20_000 })
      const shown = await pane
        .locator('time[datetime]')
        .evaluateAll((times) => times.map((time) => Date.parse(time.dateTime)))
      const accepted = Date.parse(seen.indexedAt)
      assert.ok(
        shown.some((time) => Math.abs(time - accepted) < 5000),
        "the time shown is the network's",
      )
      assert.equal((await network.listPosts(brand)).length, 1)

      // Deleted on the platform: the text goes, our answer stays.
      assert.deepEqual(problems, [])
    } finally {
      await browser.close()
      await product.stop()
    }
  })
}

/** `earshot start` with a data folder of its own on a free port. */
async function startProduct() {
  const folder = join(tmpdir(), `earshot-flagship-${process.pid}`)
  rmSync(folder, { recursive: true, force: true })
  const env = { ...process.env, PORT: '0', HOST: '127.0.0.1', EARSHOT_DATA: folder, EARSHOT_ALLOW_PRIVATE: '*' }
  const child = spawn(requireNode(), [join(root, 'bin/earshot.js'), 'start'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const url = await waitFor(
    'the address of the product',
    () => /https?:\/\/(?:127\.0\.0\.1|localhost):\d+/.exec(output)?.[0],
    {
      limitMs: 60_000,
    },
  ).catch((error) => {
    throw new Error(`${error.message}\n${output}`)
  })
  return {
    url,
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function createOwner(page, url) {
  await page.goto(url)
  await page.getByLabel('Your name').fill('Olga Owner')
  await page.getByLabel(/e-?mail/i).fill('olga@example.test')
  await page
    .getByLabel(/^password/i)
    .first()
    .fill('correct horse battery staple')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.waitForURL(/\/(welcome|inbox)/)
}

async function connect(page, url, brand, appPassword, pds) {
  await page.goto(new URL('/sources/new/bluesky', url).href)
  await page.getByLabel('Handle').fill(brand.handle)
  await page.getByLabel('App password').fill(appPassword)
  const more = page.getByText('More settings')
  if (await more.count()) await more.click()
  await page.getByLabel('Service').fill(pds)
  await page.getByRole('button', { name: 'Check and save' }).click()
  await page.waitForURL(/\/sources\/[0-9a-f-]{36}/)
  await page.getByText('Listening').first().waitFor()
}

/** The mention comes with a poll, at the latest after the interval of the source. */
async function openMention(page, url, text) {
  await page.goto(new URL('/inbox', url).href)
  const row = page.getByRole('listitem').filter({ hasText: text })
  await waitFor(
    'the mention in the inbox',
    async () => {
      if (await row.count()) return true
      await page.reload()
      return (await row.count()) > 0
    },
    { limitMs: 120_000, everyMs: 1000 },
  )
  await row.getByRole('link').first().click()
  await page.locator('#thread-pane').getByText(text).first().waitFor()
}
