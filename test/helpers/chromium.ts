import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

const places = [
  process.env['CHROME_PATH'],
  process.env['EARSHOT_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
]

/** No sandbox: CI runs as root. The rest keeps the browser from talking to anybody but the page under test. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Path of a browser. On a Debian CI machine it is installed first; else undefined, after one loud line. */
export function findChromium(): string | undefined {
  const found = places.find((place) => place && existsSync(place))
  if (found) return found
  const mayInstall = process.env['CI'] && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  const why = mayInstall ? installChromium() : undefined
  if (mayInstall && existsSync('/usr/bin/chromium')) return '/usr/bin/chromium'
  process.stderr.write(
    `\n*** BROWSER TESTS DID NOT RUN: no Chromium${why ? ` (${why})` : ''}. ` +
      'Debian: apt-get install chromium; elsewhere set CHROME_PATH. ***\n\n',
  )
  return undefined
}

/** Answers why it failed. */
function installChromium(): string | undefined {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (...args: string[]) =>
    execFileSync('apt-get', ['-qq', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'], timeout: 300_000 })
  try {
    apt('update')
    apt('install', '-y', '--no-install-recommends', 'chromium', 'fonts-noto-color-emoji')
    return undefined
  } catch (error) {
    return `apt-get: ${error instanceof Error ? error.message : String(error)}`
  }
}

export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: flags, timeout: 60_000 })
}
