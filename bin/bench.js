// npm run bench [-- --full] [-- --only NAME] [-- --json]: bundles the benches as the product is bundled, then runs them.
import { build } from 'esbuild'
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { requireNode, root } from './node.js'

const outdir = join(root, 'test-results', `bench-${process.pid}`)
await build({
  entryPoints: [join(root, 'bench/main.ts')],
  outdir,
  splitting: true,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  jsx: 'automatic',
  jsxImportSource: 'hono/jsx',
  external: ['better-sqlite3', '@node-rs/argon2', 'pg-native', 'esbuild', 'natural', 'vader-sentiment'],
  banner: { js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);" },
  logLevel: 'warning',
})
const done = spawnSync(
  requireNode(),
  [
    '--expose-gc',
    ...(process.env.BENCH_PROF ? ['--cpu-prof', '--cpu-prof-dir=' + process.env.BENCH_PROF] : []),
    join(outdir, 'main.mjs'),
    ...process.argv.slice(2),
  ],
  {
    stdio: 'inherit',
    cwd: root,
  },
)
rmSync(outdir, { recursive: true, force: true })
process.exit(done.status ?? 1)
