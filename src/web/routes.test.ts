import { expect, it } from 'vitest'
import { describeStores } from '../../test/helpers/database.ts'
import { createTestWeb } from '../../test/helpers/web.ts'
import { may, permissions, type Role } from '../domain/permissions.ts'
import { routes } from './routes.ts'

const roles: Role[] = ['owner', 'admin', 'agent', 'viewer']

it('gives every route a permission of the table, and says by name which are open to anyone', () => {
  const known = new Set<string>([...Object.keys(permissions), 'anyone'])
  for (const route of routes) expect(known, `${route.method} ${route.path}`).toContain(route.needs)
  const open = routes.filter((route) => route.needs === 'anyone').map((route) => `${route.method} ${route.path}`)
  expect(open.toSorted()).toEqual([
    'GET /',
    'GET /assets/:name',
    'GET /first-visit',
    'GET /healthz',
    'GET /invitations/:token',
    'GET /readyz',
    'GET /sign-in',
    'GET /sign-in/:token',
    'POST /first-visit',
    'POST /invitations/:token',
    'POST /sign-in',
    'POST /sign-in/:token',
  ])
})

it('has no address twice, and none that an earlier pattern swallows', () => {
  const seen = new Set<string>()
  for (const [index, route] of routes.entries()) {
    const key = `${route.method} ${route.path}`
    expect(seen.has(key), key).toBe(false)
    seen.add(key)
    const swallowing = routes
      .slice(0, index)
      .find((earlier) => earlier.method === route.method && swallows(earlier.path, route.path))
    expect(swallowing?.path, `${key} is hidden by an earlier pattern`).toBeUndefined()
  }
})

function swallows(pattern: string, path: string): boolean {
  const [wide, narrow] = [pattern.split('/'), path.split('/')]
  return wide.length === narrow.length && wide.every((part, index) => part.startsWith(':') || part === narrow[index])
}

describeStores('authorisation matrix', (makeStore) => {
  it('lets each role through exactly where the table says, and nobody without a session', async () => {
    const web = createTestWeb(await makeStore())
    const browsers = new Map<Role, Awaited<ReturnType<typeof web.signIn>>>()
    for (const role of roles) browsers.set(role, await web.signIn(role))
    const guest = web.stranger()
    for (const route of routes) {
      // The stream would stay open, and signing out would end the session that the rest needs.
      if (route.needs === 'anyone' || route.path === '/events' || route.path === '/sign-out') continue
      const path = encodePath(route.path)
      const name = `${route.method} ${path}`
      const asGuest = route.method === 'GET' ? await guest.get(path) : await guest.post(path)
      expect([asGuest.status, asGuest.headers.get('Location')?.split('?')[0]], name).toEqual([303, '/sign-in'])
      for (const [role, browser] of browsers) {
        const answer = route.method === 'GET' ? await browser.get(path) : await browser.post(path)
        const wanted = may(role, route.needs) ? [200, 204, 302, 303, 404, 422] : [403]
        expect(wanted, `${role} ${name}`).toContain(answer.status)
      }
    }
    expect(web.logged.filter((line) => line.message === 'request failed')).toEqual([])
  })
})

/** Ids of nothing, with the first letter percent-encoded: a guard on the text of the path would miss it. */
function encodePath(pattern: string): string {
  const filled = pattern.replaceAll(/:\w+/g, 'unknown')
  return filled.replace(/^\/(\w)/, (_, letter: string) => `/%${letter.charCodeAt(0).toString(16)}`)
}
