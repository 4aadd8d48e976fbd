import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { configSchema } from '../src/config.ts'
import { describeFields } from '../src/connector/form.ts'
import { createRegistry } from '../src/connector/registry.ts'
import { auditActions, streamEvents, threadEvents } from '../src/domain/events.ts'
import { root } from './helpers/root.ts'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const program = (...args: string[]) => spawnSync(process.execPath, args, { encoding: 'utf8', cwd: root })

describe('documentation', () => {
  it('is what the schemas say', () => {
    const { status, stderr } = program('bin/docs.js', '--check')
    expect(stderr).toBe('')
    expect(status).toBe(0)
  })

  it('has a title and a help for every setting', () => {
    for (const [key, schema] of Object.entries(configSchema.shape)) {
      const meta = schema.meta() as { title?: string; help?: string } | undefined
      expect([key, meta?.title?.trim(), meta?.help?.trim()]).toEqual([
        key,
        expect.stringMatching(/./),
        expect.stringMatching(/./),
      ])
      expect(read('docs/reference/configuration.md')).toContain(`\`${key}\``)
    }
  })

  it('has a title and a help for every setting of every connector', async () => {
    const registry = createRegistry()
    expect(registry.manifests().length).toBeGreaterThan(5)
    const page = read('docs/reference/connectors.md')
    for (const { id } of registry.manifests()) {
      expect(page).toContain(`(\`${id}\`)`)
      for (const field of describeFields((await registry.get(id)).config))
        expect([id, field.key, field.help.length > 5, field.title !== field.key]).toEqual([id, field.key, true, true])
    }
  })

  it('names every command that the program knows', () => {
    const { stdout } = program('src/cli.ts', 'help')
    const names = [...stdout.matchAll(/^ {2}earshot (\w+)/gm)].map(([, name]) => name)
    expect(names.length).toBeGreaterThan(8)
    for (const name of names) expect(read('docs/reference/commands.md')).toContain(`\`earshot ${name}`)
  })

  it('names every event that is written, and none that is not', () => {
    const written = new Set<string>()
    const nouns =
      'mention|thread|reply|note|clock|classification|customer|touchpoint|source|query|automation|topic|tag|audit|list|match|group|quarantine|user|token|settings|database|model|rule|rejudgement'
    for (const file of sources('src')) {
      const text = read(file)
      for (const [, name] of text.matchAll(new RegExp(`'((?:${nouns})\\.(?!onnx)[a-z_]+)'`, 'g')))
        if (name) written.add(name)
    }
    const known = [...Object.keys(threadEvents), ...Object.keys(auditActions)]
    expect([...written].filter((name) => !known.includes(name))).toEqual([])
    // The outbox writes the state that a reply came to.
    const states = ['reply.rejected', 'reply.unknown', 'reply.needs_person']
    expect(known.filter((name) => !written.has(name) && !states.includes(name))).toEqual([])
    expect(read('src/store/outbox.ts')).toContain('kind: `reply.${to}`')
  })

  it('names every message of the live stream', () => {
    const union = /event: ((?:'\w+'(?: \| )?)+)/.exec(read('src/web/sse.ts'))?.[1] ?? ''
    expect([...union.matchAll(/'(\w+)'/g)].map(([, name]) => name)).toEqual(Object.keys(streamEvents))
  })
})

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.|events\.ts$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
}
