// Starts the peers, runs every *.peer.mjs (or those named as arguments), stops the peers.
import { readdirSync } from 'node:fs'
import { startNetwork } from './network.mjs'
import { runTests } from './runner.mjs'

const asked = process.argv.slice(2)
const files = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.peer.mjs'))
  .filter((file) => asked.length === 0 || asked.some((name) => file.startsWith(name)))
  .toSorted()

const started = performance.now()
let network
try {
  network = await startNetwork()
  console.log(
    `ready: Bluesky network (PLC, PDS ${network.pds}, AppView ${network.appView}) in ${Math.round(performance.now() - started)} ms`,
  )
} catch (error) {
  console.log(`THE BLUESKY NETWORK DID NOT START: no peer test ran. ${error.stack ?? error}\n0 passed, 1 failed`)
  process.exit(1)
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => network.stop().finally(() => process.exit(1)))

// One file that cannot be loaded is one failure, not the end of the others.
let unloadable = 0
for (const file of files) {
  try {
    await (await import(`./${file}`)).register({ network })
  } catch (error) {
    unloadable += 1
    console.log(`FAIL ${file} cannot be loaded: ${error.stack ?? error}`)
  }
}
const ran = await runTests()
const passed = ran.passed
const failed = ran.failed + unloadable
await network.stop()
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed > 0 || passed === 0 ? 1 : 0)
