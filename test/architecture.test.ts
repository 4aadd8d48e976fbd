import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/**
 * Who may import whom. If a rule blocks you, move the code, not the rule. Tests and the connector test kit may import
 * what they test.
 */
const root = fileURLToPath(new URL('..', import.meta.url))

const allowed: Record<string, readonly string[]> = {
  'src/domain': [],
  'src/text': ['src/domain'],
  'src/query': ['src/text', 'src/domain'],
  'src/classify': ['src/text', 'src/domain'],
  'src/identity': ['src/text', 'src/domain'],
  'src/store': ['src/domain', 'src/query', 'src/text'],
  'src/egress': ['src/domain'],
  'src/connector': ['src/domain', 'src/egress'],
  'src/provider': ['src/domain', 'src/classify', 'src/egress'],
  connectors: ['src/connector'],
  'src/work': [
    'src/store',
    'src/connector',
    'src/classify',
    'src/provider',
    'src/identity',
    'src/query',
    'src/text',
    'src/domain',
    'src/bus.ts',
    'src/log.ts',
  ],
  'src/i18n': ['src/domain'],
  views: ['src/domain', 'src/i18n'],
  'src/web': [
    'src/store',
    'src/connector',
    'src/egress',
    'src/identity',
    'src/classify',
    'src/provider',
    'src/domain',
    'src/query',
    'src/bus.ts',
    'src/i18n',
    'views',
  ],
}

/** Single files that join what is otherwise apart, each with its reason. */
const exceptions: Record<string, readonly string[]> = {
  // Written by bin/connectors-index.js: manifests, and the lazy imports that the bundler must see.
  'src/connector/connectors.generated.ts': ['connectors'],
}

/** Pure layers: same input, same output. Node's own modules are I/O, time and chance. */
const pure = ['src/domain', 'src/text', 'src/query', 'src/classify', 'views']

/** Own clients that bring HTTP of their own; they get the guarded agent. */
const ownClients: Record<string, readonly string[]> = { 'connectors/x/': ['twitter-api-v2'] }

const clientPackages =
  /^(node:)?(http2?|https|net|tls|dns|dns\/promises|dgram)$|^(undici|axios|got|node-fetch|ky|superagent|needle|twitter-api-v2)(\/|$)/

const files = [...sourcesIn('src'), ...sourcesIn('connectors'), ...sourcesIn('views')].filter(isProduct)

describe('import directions', () => {
  it('covers the whole product', () => {
    expect(files.length).toBeGreaterThan(20)
    expect(files).toContain('src/connector/host.ts')
  })

  for (const [layer, targets] of Object.entries(allowed))
    it(`${layer} imports only ${targets.join(', ') || 'itself'}`, () => {
      const wrong = files.filter((file) => isIn(file, layer)).flatMap((file) => wrongImports(file, layer, targets))
      expect(wrong).toEqual([])
    })

  it('keeps connectors apart from each other', () => {
    const wrong = files
      .filter((file) => isIn(file, 'connectors'))
      .flatMap((file) => {
        const own = file.split('/').slice(0, 2).join('/')
        return localImports(file)
          .filter((target) => isIn(target, 'connectors') && !isIn(target, own))
          .map((target) => `${file} -> ${target}`)
      })
    expect(wrong).toEqual([])
  })
})

describe('one way out', () => {
  it('no HTTP client and no socket outside src/egress', () => {
    const wrong = files
      .filter((file) => !isIn(file, 'src/egress'))
      .flatMap((file) => {
        const own = Object.entries(ownClients).find(([folder]) => file.startsWith(folder))?.[1] ?? []
        return packageImports(file)
          .filter(({ name, typeOnly }) => !typeOnly && clientPackages.test(name) && !own.includes(name))
          .map(({ name }) => `${file} imports ${name}`)
      })
    expect(wrong).toEqual([])
  })

  it('no global fetch, socket or request outside src/egress', () => {
    const call =
      /(?<![.\w$#])fetch\s*\(|\bglobalThis\.fetch\b|\bhttps?\.(request|get)\s*\(|new (WebSocket|EventSource)\s*\(/
    const wrong = files
      .filter((file) => !isIn(file, 'src/egress') && !isBrowser(file))
      .flatMap((file) =>
        withoutComments(read(file))
          .split('\n')
          .flatMap((line, index) =>
            call.test(line) && !isDeclaration(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [],
          ),
      )
    expect(wrong).toEqual([])
  })

  it('finds what it looks for', () => {
    const call = /(?<![.\w$#])fetch\s*\(/
    expect(call.test('const a = await fetch(url)')).toBe(true)
    expect(call.test('host.fetch(url)')).toBe(false)
    expect(clientPackages.test('undici')).toBe(true)
    expect(clientPackages.test('node:https')).toBe(true)
    expect(localImports('src/connector/host.ts')).toContain('src/egress/egress.ts')
    expect(packageImports('src/egress/egress.ts').map(({ name }) => name)).toContain('undici')
  })
})

describe('pure layers', () => {
  it('take time, chance and input as arguments', () => {
    const impure =
      /\bDate\.now\s*\(|\bMath\.random\s*\(|\bnew Date\(\s*\)|\bperformance\.now\s*\(|\bprocess\.(env|hrtime)\b/
    const wrong = files
      .filter((file) => pure.some((layer) => isIn(file, layer)) && !isBrowser(file) && !isTraining(file))
      .flatMap((file) =>
        withoutComments(read(file))
          .split('\n')
          .flatMap((line, index) => (impure.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
      )
    expect(wrong).toEqual([])
  })
})

function wrongImports(file: string, layer: string, targets: readonly string[]): string[] {
  const extra = exceptions[file] ?? []
  return localImports(file)
    .filter((target) => ![layer, ...targets, ...extra].some((place) => isIn(target, place)))
    .map((target) => `${file} -> ${target}`)
}

/** Relative imports as paths below the root; type-only ones count: they are directions too. */
function localImports(file: string): string[] {
  return specifiers(file)
    .filter(({ name }) => name.startsWith('.'))
    .map(({ name }) => relative(root, resolve(root, dirname(file), name)).replaceAll('\\', '/'))
}

function packageImports(file: string) {
  return specifiers(file).filter(({ name }) => !name.startsWith('.'))
}

function specifiers(file: string): { name: string; typeOnly: boolean }[] {
  const text = withoutComments(read(file))
  const named = /(?:^|\n)\s*(?:import|export)\b(\s+type\b)?[^'"`;]*?\bfrom\s*['"]([^'"\n]+)['"]/g
  const bare = /(?:^|\n)\s*import\s*['"]([^'"\n]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g
  return [
    ...[...text.matchAll(named)].map(([, type, name]) => ({ name: name ?? '', typeOnly: type !== undefined })),
    ...[...text.matchAll(bare)].map(([, name, lazy]) => ({ name: name ?? lazy ?? '', typeOnly: false })),
  ]
}

function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/(^|\s)\/\/[^\n]*/g, '$1')
}

/** `fetch(url: …)` in an interface or as a method of an object is a declaration. */
function isDeclaration(line: string): boolean {
  return /^\s*(async\s+)?fetch\s*\([^)]*:/.test(line)
}

function isIn(file: string, place: string): boolean {
  return file === place || file.startsWith(`${place}/`)
}

/** Tests may reach for what they test; the kit is only imported by tests. */
function isProduct(file: string): boolean {
  return !/\.test\.tsx?$/.test(file) && !file.startsWith('src/connector/testkit/')
}

/** Code for the browser talks to our own server only, which the CSP enforces. */
function isBrowser(file: string): boolean {
  return file.startsWith('views/assets/')
}

/** Training is a command that reads files and writes models. */
function isTraining(file: string): boolean {
  return file.startsWith('src/classify/train/')
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}

function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
}
