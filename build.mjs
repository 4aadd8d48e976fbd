// Production bundle. Unbundled drizzle costs about 205 MB of resident memory and 300 ms on Node 24, bundled it is free.
import { build } from 'esbuild'
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(fileURLToPath(import.meta.url))

/** Builds dist/: the program (ES modules, split where it is imported lazily) and the browser assets. */
export async function buildAll({ outdir = join(root, 'dist'), minify = true } = {}) {
  await rm(outdir, { recursive: true, force: true })
  await mkdir(join(outdir, 'assets'), { recursive: true })
  await build({
    // The thread that trains is started by its file name.
    entryPoints: { earshot: join(root, 'src/entry.ts'), trainerThread: join(root, 'src/trainerThread.ts') },
    outdir,
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    sourcemap: true,
    minifySyntax: minify,
    minifyWhitespace: minify,
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    // Packages with native code or with files of their own that they read at run time stay outside.
    external: ['better-sqlite3', 'pg-native', '@node-rs/argon2', 'esbuild', 'onnxruntime-node'],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    outExtension: { '.js': '.mjs' },
    logLevel: 'warning',
  })
  await build({
    entryPoints: { app: join(root, 'views/assets/app.ts') },
    outdir: join(outdir, 'assets'),
    bundle: true,
    format: 'iife',
    target: 'es2022',
    minify,
    logLevel: 'warning',
  })
  await build({
    entryPoints: { app: join(root, 'views/assets/app.css') },
    outdir: join(outdir, 'assets'),
    bundle: true,
    minify,
    loader: { '.woff2': 'file' },
    assetNames: '[name]-[hash]',
    logLevel: 'warning',
  })
  await cp(join(root, 'views/assets/public'), join(outdir, 'assets'), { recursive: true }).catch((error) => {
    if (error.code !== 'ENOENT') throw error
  })
  await writeFile(join(outdir, 'package.json'), '{"type":"module"}\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAll()
