import { enableCompileCache, flushCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

// Compiled code is kept beside the bundle, so that the second start does not compile it again. Where the folder cannot
// be written, Node goes on without. Written soon after the start, because a server may end without a goodbye.
enableCompileCache(fileURLToPath(new URL('.cache', import.meta.url)))
setTimeout(flushCompileCache, 500).unref()
await import('./cli.ts')
