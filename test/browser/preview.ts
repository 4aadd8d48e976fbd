// Bundles the preview (.tsx needs it) together with the browser assets and runs it: node test/browser/preview.ts [page …]
import { build } from 'esbuild'
import { spawnSync } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const out = join(root, 'test-results/preview')
const assets = join(out, 'assets')
await rm(out, { recursive: true, force: true })
await mkdir(assets, { recursive: true })
await build({
  entryPoints: { app: join(root, 'views/assets/app.ts') },
  outdir: assets,
  bundle: true,
  format: 'iife',
  target: 'es2022',
  minify: true,
  logLevel: 'warning',
})
await build({
  entryPoints: { app: join(root, 'views/assets/app.css') },
  outdir: assets,
  bundle: true,
  minify: true,
  loader: { '.woff2': 'file' },
  assetNames: '[name]-[hash]',
  logLevel: 'warning',
})
const script = join(out, 'preview.mjs')
await build({
  entryPoints: [join(root, 'test/browser/preview.tsx')],
  outfile: script,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  jsx: 'automatic',
  jsxImportSource: 'hono/jsx',
  logLevel: 'warning',
})
const done = spawnSync(process.execPath, [script, out, assets, ...process.argv.slice(2)], {
  stdio: 'inherit',
  cwd: root,
})
process.exitCode = done.status ?? 1
