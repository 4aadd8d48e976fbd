import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const made: string[] = []
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A checkout with only what the command reads, so that the real one is not touched. */
function checkout(): string {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-new-'))
  made.push(folder)
  for (const part of ['bin', 'src/connector', 'src/domain', 'src/egress', 'connectors/_template', 'package.json'])
    cpSync(join(root, part), join(folder, part), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

const run = (folder: string, ...args: string[]) =>
  spawnSync(process.execPath, [join(folder, 'bin/connector-new.js'), ...args], { encoding: 'utf8', cwd: folder })

it('writes a skeleton that loads under its own id and passes the contract suite', { timeout: 60_000 }, () => {
  const folder = checkout()
  const done = run(folder, 'my-forum', 'My Forum')
  expect(done.stderr).toBe('')
  expect(readFileSync(join(folder, 'connectors/my-forum/README.md'), 'utf8')).toMatch(/^# My Forum\n/)
  expect(readFileSync(join(folder, 'src/connector/connectors.generated.ts'), 'utf8')).toContain(
    "id: 'my-forum', manifest: myForum",
  )
  const loaded = spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `console.log((await import('./connectors/my-forum/index.ts')).default.manifest.name)`,
    ],
    { encoding: 'utf8', cwd: folder },
  )
  expect(loaded.stdout.trim()).toBe('My Forum')
  const suite = spawnSync(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folder, 'connectors/my-forum'],
    { encoding: 'utf8', cwd: folder },
  )
  expect(suite.stdout + suite.stderr).toMatch(/Tests.*\d+ passed/)
  expect(suite.status).toBe(0)
})

it('refuses a bad id, a bad name and one that is taken, and writes nothing', () => {
  const folder = checkout()
  for (const args of [[], ['Bad Id'], ['../up'], ['_template'], ['fine', "it's"]]) {
    const done = run(folder, ...args)
    expect(done.status).toBe(1)
    expect(done.stderr).not.toBe('')
  }
  expect(existsSync(join(folder, 'connectors/fine'))).toBe(false)
  run(folder, 'fine')
  expect(run(folder, 'fine').stderr).toContain('exists already')
})
