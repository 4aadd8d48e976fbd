import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import template from '../../connectors/_template/index.ts'
import { connectorIndex } from './connectors.generated.ts'
import { updateReadme } from './reference.ts'
import { createRegistry, loadPackages, type ConnectorEntry } from './registry.ts'

const entry: ConnectorEntry = { id: 'example', manifest: template.manifest, load: async () => ({ default: template }) }

describe('registry', () => {
  it('knows every connector folder', () => {
    const check = spawnSync(process.execPath, ['bin/connectors-index.js', '--check'], { encoding: 'utf8' })
    expect(check.stderr).toBe('')
    expect(check.status).toBe(0)
  })

  it.each(connectorIndex.map(({ id }) => id))('loads %s, whose manifest is the listed one', async (id) => {
    const registry = createRegistry()
    const connector = await registry.get(id)
    expect(connector.manifest).toEqual(registry.manifest(id))
    expect(connector.manifest.id).toBe(id)
  })

  it('loads no connector for a list, and each only once', async () => {
    let loads = 0
    const registry = createRegistry([
      {
        ...entry,
        load: async () => {
          loads++
          return { default: template }
        },
      },
    ])
    expect(registry.manifests().map(({ name }) => name)).toEqual(['Example'])
    expect(registry.has('example')).toBe(true)
    expect(loads).toBe(0)
    await Promise.all([registry.get('example'), registry.get('example')])
    expect(loads).toBe(1)
  })

  it('refuses unknown and doubled ids', async () => {
    await expect(createRegistry([]).get('nothing')).rejects.toThrow('no connector "nothing"')
    expect(() => createRegistry([entry, entry])).toThrow('Two connectors have the id "example"')
  })

  it('takes packages of others and names all that cannot be used', async () => {
    const modules: Record<string, unknown> = {
      good: { default: template },
      empty: {},
      odd: { default: { manifest: { id: 'x' } } },
    }
    const load = async (name: string) => {
      if (!(name in modules)) throw new Error('not installed')
      return modules[name]
    }
    const [loaded] = await loadPackages(['good'], load)
    expect(await createRegistry(loaded ? [loaded] : []).get('example')).toBe(template)
    await expect(loadPackages(['good', 'empty', 'odd', 'gone'], load)).rejects.toThrow(
      /empty .*odd .*gone \(not installed\)/,
    )
  })
})

describe('reference', () => {
  it.each(['_template', ...connectorIndex.map(({ id }) => id)])('of %s says what its form says', async (id) => {
    const file = new URL(`../../connectors/${id}/README.md`, import.meta.url)
    const readme = existsSync(file) ? readFileSync(file, 'utf8') : ''
    const { default: connector } =
      id === '_template' ? { default: template } : { default: await createRegistry().get(id) }
    const current = readme.includes('<!-- fields -->') ? updateReadme(readme, connector) : readme
    expect(readme, 'run: node bin/connectors-readme.js').toBe(current)
  })

  it('writes settings and facts between the markers and nowhere else', () => {
    const readme = updateReadme('# Example\n<!-- fields -->\nold\n<!-- /fields -->\nrest\n', template)
    expect(readme).toContain('| `token` | Access token | text, secret | yes |  | Create one')
    expect(readme).toContain('| Can | poll, reply |')
    expect(readme).not.toContain('old')
    expect(readme.endsWith('<!-- /fields -->\nrest\n')).toBe(true)
    expect(updateReadme(readme, template)).toBe(readme)
    expect(() => updateReadme('# Example', template)).toThrow('<!-- fields -->')
  })
})
