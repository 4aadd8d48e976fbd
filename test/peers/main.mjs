// Starts the peers, runs every *.peer.mjs (or those named as arguments), stops the peers. run.mjs counts what it reports.
import { readdirSync } from 'node:fs'
import { startNetwork } from './network.mjs'
import { runTests, within } from './runner.mjs'

const startLimitMs = 4 * 60_000
const stopLimitMs = 60_000
const asked = process.argv.slice(2)
const files = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.peer.mjs'))
  .filter((file) => asked.length === 0 || asked.some((name) => file.startsWith(name)))
  .toSorted()

let network
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(1))
// run.mjs was killed: nobody counts any more, and nobody else ends what the tests have started.
process.on('disconnect', () => stopNetwork().then(endGroup))
await main()
await end(0)

async function main() {
  if (files.length === 0) return fail(`NO PEER TEST IS NAMED ${asked.join(' or ')}.`)
  const started = performance.now()
  try {
    network = await within(startLimitMs, 'start of the network', startNetwork())
  } catch (error) {
    return fail(`THE BLUESKY NETWORK DID NOT START: no peer test ran. ${error.stack ?? error}`)
  }
  console.log(
    `ready: Bluesky network (PLC, PDS ${network.pds}, AppView ${network.appView}) in ${Math.round(performance.now() - started)} ms`,
  )
  // One file that cannot be loaded is one failure, not the end of the others.
  for (const file of files) {
    try {
      await (await import(`./${file}`)).register({ network })
    } catch (error) {
      fail(`FAIL ${file} cannot be loaded: ${error.stack ?? error}`)
    }
  }
  await runTests(report)
}

function fail(message) {
  console.log(message)
  report(false)
}

function report(passed) {
  process.send?.({ passed })
}

async function end(code) {
  await stopNetwork()
  process.exit(code)
}

async function stopNetwork() {
  if (network)
    await within(stopLimitMs, 'stop of the network', network.stop()).catch((error) => console.log(error.message))
}

/** run.mjs starts this process as the first of a group. */
function endGroup() {
  if (process.platform !== 'win32') process.kill(-process.pid, 'SIGKILL')
  process.exit(1)
}
