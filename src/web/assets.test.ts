import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeStores } from '../../test/helpers/database.ts'
import { createTestWeb } from '../../test/helpers/web.ts'
import { addSource, hear, makeMention } from '../../test/helpers/workspace.ts'

describeStores('assets and pictures', (makeStore, dialect) => {
  it.skipIf(dialect === 'postgres')(
    'serves built files, says when they are unchanged, and nothing beside them',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'earshot-assets-'))
      writeFileSync(join(folder, 'app.css'), `body{}${' '.repeat(5000)}`)
      writeFileSync(join(folder, 'inter-ABCD1234.woff2'), 'font')
      const web = createTestWeb(await makeStore(), { assetsFolder: folder })
      const guest = web.stranger()
      const css = await guest.get('/assets/app.css', { 'Accept-Encoding': 'gzip' })
      expect([css.status, css.headers.get('Content-Encoding')]).toEqual([200, 'gzip'])
      expect(css.headers.get('Content-Type')).toContain('text/css')
      const again = { 'Accept-Encoding': 'gzip', 'If-None-Match': css.headers.get('ETag') ?? '' }
      expect((await guest.get('/assets/app.css', again)).status).toBe(304)
      const font = await guest.get('/assets/inter-ABCD1234.woff2')
      expect(font.headers.get('Cache-Control')).toContain('immutable')
      for (const path of ['/assets/..%2f..%2fetc%2fpasswd', '/assets/%2e%2e/package.json', '/assets/none.css'])
        expect((await guest.get(path)).status, path).toBe(404)
      rmSync(folder, { recursive: true })
    },
  )

  it.skipIf(dialect === 'postgres')('fetches pictures that we signed, and only pictures', async () => {
    const asked: string[] = []
    const fetchPublic = async (url: string) => {
      asked.push(url)
      const type = url.endsWith('.svg') ? 'image/svg+xml' : 'image/png'
      return new Response('picture', { headers: { 'Content-Type': type } })
    }
    const web = createTestWeb(await makeStore(), {}, { fetchPublic })
    await addSource(web)
    const viewer = await web.signIn('viewer')
    const pictureOf = async (end: string) => {
      const author = { externalId: end, handle: end, avatarUrl: `https://pic.example/a.${end}` }
      const [heard] = await hear(web, [makeMention({ author })])
      const html = await (await viewer.get(`/threads/${heard?.threadId}`)).text()
      return /src="(\/avatar\/[^"]+)"/.exec(html)?.[1] ?? '/no picture'
    }
    const [png, svg] = [await pictureOf('png'), await pictureOf('svg')]
    const shown = await viewer.get(png)
    expect([shown.status, shown.headers.get('Content-Type'), await shown.text()]).toEqual([200, 'image/png', 'picture'])
    expect((await viewer.get(svg)).status).toBe(404)
    expect(asked).toEqual(['https://pic.example/a.png', 'https://pic.example/a.svg'])
    const elsewhere = Buffer.from('http://169.254.169.254/').toString('base64url')
    expect((await viewer.get(png.replace(/[^/]+$/, elsewhere))).status).toBe(404)
    expect(asked).toHaveLength(2)
  })
})
