// The few lines that run peer tests: one after another, because they share one network.
const tests = []
const testLimitMs = 8 * 60_000

export function test(name, run) {
  tests.push({ name, run })
}

/** Runs what was registered and calls `report` with each outcome. */
export async function runTests(report) {
  for (const { name, run } of tests) {
    const started = performance.now()
    try {
      await within(testLimitMs, name, run())
      print('ok  ', name, started)
      report(true)
    } catch (error) {
      print('FAIL', name, started)
      console.log(indent(error instanceof Error ? (error.stack ?? error.message) : String(error)))
      if (error?.cause) console.log(indent(`cause: ${error.cause?.stack ?? error.cause}`))
      report(false)
    }
  }
}

/** Fails after `limitMs`; what it was waiting for goes on and ends with the process. */
export async function within(limitMs, what, work) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${limitMs / 1000} s`)), limitMs)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
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
