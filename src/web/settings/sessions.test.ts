import { expect, it } from 'vitest'
import { describeStores } from '../../../test/helpers/database.ts'
import { createTestWeb } from '../../../test/helpers/web.ts'
import { appendAudit } from '../../store/audit.ts'
import { insertSession } from '../../store/users.ts'
import { hashToken } from '../session/session.ts'
import { describeAgent } from './sessions.ts'

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

describeStores('sessions', (makeStore) => {
  it('lists where one is signed in and ends another browser, never a colleague’s', async () => {
    const web = createTestWeb(await makeStore())
    const [ann, ben] = [await web.signIn('agent', 'Ann'), await web.signIn('agent', 'Ben')]
    const now = web.clock.now()
    const add = (userId: string, token: string, lastSeenAt = now) =>
      web.store.write((tx) =>
        insertSession(tx, {
          id: hashToken(token),
          userId,
          createdAt: now,
          lastSeenAt,
          expiresAt: now + 86_400_000,
          userAgent: firefox,
          ip: '192.0.2.7',
        }),
      )
    await add(ann.userId, 'phone')
    await add(ann.userId, 'forgotten', now - 8 * 86_400_000)
    await add(ben.userId, 'other')
    const html = await (await ann.get('/settings/profile')).text()
    expect(html).toContain('This browser')
    expect(html).toContain('192.0.2.7')
    const removals = [...html.matchAll(/action="(\/settings\/sessions\/[^"]+)"/g)].map((match) => match[1])
    const pathOf = (token: string) => `/settings/sessions/${hashToken(token).slice(0, 16)}/removal`
    expect(removals).toEqual([pathOf('phone')])
    expect((await ann.post(pathOf('other'))).status).toBe(404)
    expect((await ann.post(pathOf('phone'))).headers.get('Location')).toBe('/settings/profile')
    expect((await ann.post(pathOf('phone'))).status).toBe(404)
    const { db, t } = web.store.read
    const left = (await db.select().from(t.sessions)).map((one) => one.id)
    expect(left).toContain(hashToken('other'))
    expect(left).not.toContain(hashToken('phone'))
    expect((await db.select().from(t.audit)).map((one) => one.action)).toEqual(['user.end_session'])
  })

  it('shows the audit in pages to those who may, and no tab to others', async () => {
    const web = createTestWeb(await makeStore())
    const [admin, agent] = [await web.signIn('admin', 'Ada'), await web.signIn('agent', 'Ann')]
    await web.store.write(async (tx) => {
      for (let n = 1; n <= 120; n++)
        await appendAudit(tx, { at: n, actor: admin.userId, action: 'user.sign_in', object: `entry:<${n}>` })
    })
    expect((await agent.get('/settings/audit')).status).toBe(403)
    expect(await (await agent.get('/settings/profile')).text()).not.toContain('/settings/audit')
    expect(await (await admin.get('/settings/profile')).text()).toContain('/settings/audit')
    const seen = async (path: string) => {
      const html = await (await admin.get(path)).text()
      const link = (rel: string) => new RegExp(`href="([^"]+)" rel="${rel}"`).exec(html)?.[1]?.replaceAll('&amp;', '&')
      const numbers = [...html.matchAll(/entry:&lt;(\d+)&gt;/g)].map((match) => Number(match[1]))
      return { numbers, prev: link('prev'), next: link('next'), html }
    }
    const first = await seen('/settings/audit')
    expect(first.html).toContain('Somebody signed in.')
    expect(first.html).toMatch(/<span[^>]*>Ada<\/span>/)
    expect([first.numbers[0], first.numbers.length, first.prev]).toEqual([120, 50, undefined])
    const second = await seen(first.next ?? '')
    const third = await seen(second.next ?? '')
    expect([...first.numbers, ...second.numbers, ...third.numbers]).toEqual(
      Array.from({ length: 120 }, (_, index) => 120 - index),
    )
    expect(third.next).toBeUndefined()
    const back = await seen(third.prev ?? '')
    expect(back.numbers).toEqual(second.numbers)
    expect((await seen(back.prev ?? '')).numbers).toEqual(first.numbers)
  })
})

it('names browsers as people do', () => {
  expect(describeAgent(firefox)).toBe('Firefox, Linux')
  expect(describeAgent('Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605 Version/17 Safari/605')).toBe(
    'Safari, macOS',
  )
  expect(describeAgent('')).toBe('Unknown browser')
  expect(describeAgent('curl/8.5')).toBe('curl/8.5')
})
