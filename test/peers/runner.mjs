// The few lines that run peer tests: one after another, because they share one network.
const tests = []

export function test(name, run) {
  tests.push({ name, run })
}

/** Runs what was registered; answers the number of failures. */
export async function runTests() {
  let failed = 0
  for (const { name, run } of tests) {
    const started = performance.now()
    try {
      await run()
      print('ok  ', name, started)
    } catch (error) {
      failed += 1
      print('FAIL', name, started)
      console.log(indent(error instanceof Error ? (error.stack ?? error.message) : String(error)))
      if (error?.cause) console.log(indent(`cause: ${error.cause?.stack ?? error.cause}`))
    }
  }
  return { passed: tests.length - failed, failed }
}

/** Polls until `look` answers something; an index needs its time, a test must not guess how long. */
export async function waitFor(what, look, { limitMs = 60_000, everyMs = 100 } = {}) {
  const until = performance.now() + limitMs
  for (;;) {
    const found = await look()
    if (found) return found
    if (performance.now() > until) throw new Error(`${what}: not within ${limitMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}

function print(state, name, started) {
  console.log(`${state} ${name} (${Math.round(performance.now() - started)} ms)`)
}

function indent(text) {
  return text.replace(/^/gm, '     ')
}
