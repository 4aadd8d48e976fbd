import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { en } from '../../../src/i18n/en.ts'

const source = readFileSync(new URL('keys.ts', import.meta.url), 'utf8')
const layout = readFileSync(new URL('../../layout.tsx', import.meta.url), 'utf8')

it('lists every shortcut that exists, and only those', () => {
  const [, table = ''] = /const actions[^{]*\{([\s\S]*?)\n\}/.exec(source) ?? []
  const single = [...table.matchAll(/^ {2}(?:'(.)'|(\w+)): /gm)].map((match) => match[1] ?? match[2])
  const going = [...layout.matchAll(/'(g \w)'/g)].map((match) => match[1])
  expect([single.length, going.length]).toEqual([15, 7])
  const others = ['Ctrl Enter', 'Ctrl K', 'y n u']
  const listed = en.help.keys.map(([key]) => key.replace('Esc', 'Escape'))
  expect(listed.toSorted()).toEqual([...single, ...going, ...others].toSorted())
})
