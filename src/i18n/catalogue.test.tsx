import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { en } from './en.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const sources = ['views', 'src/web']
  .flatMap((folder) => filesOf(join(root, folder)))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n')

test('every sentence of the catalogue is used', () => {
  expect(pathsOf(en).filter((path) => !isUsed(path))).toEqual([])
})

test('an unused sentence would be noticed', () => {
  expect(isUsed('inbox.nobodySaysThis')).toBe(false)
})

test('no sentence is empty, and plurals agree', () => {
  expect(pathsOf(en).length).toBeGreaterThan(200)
  expect(en.inbox.newItems(1)).toBe('1 new')
  expect(en.inbox.total('1', 1)).toBe('1 thread')
  expect(en.inbox.total('1,000+', 1000)).toBe('1,000+ threads')
})

/** Used by name (`t.inbox.…`, or `inbox.…` where the group is imported alone), or through a group that is indexed by a value (t.threadState[state]). */
function isUsed(path: string): boolean {
  const parents = path.split('.').map((_, index, parts) => parts.slice(0, index).join('.'))
  return (
    new RegExp(String.raw`\b${path.replaceAll('.', String.raw`\.`)}\b`).test(sources) ||
    parents.some((parent) => parent !== '' && sources.includes(`t.${parent}[`))
  )
}

function pathsOf(group: object, prefix = ''): string[] {
  return Object.entries(group).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? pathsOf(value, `${prefix}${key}.`)
      : [`${prefix}${key}`],
  )
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.'))
      .map((name) => join(folder, name))
  } catch {
    return []
  }
}
