// Where Chromium is. On a Debian CI machine it is installed; anywhere else it is said how.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const places = [
  process.env.EARSHOT_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
]

export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The path of a browser, or undefined after one loud line. */
export function findChromium() {
  const found = places.find((place) => place && existsSync(place))
  if (found) return found
  if (process.env.CI && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) return installChromium()
  console.log(
    'CHROMIUM IS MISSING: no browser test ran. Install it (Debian: apt-get install chromium) or set EARSHOT_CHROMIUM to its path.',
  )
  return undefined
}

function installChromium() {
  console.log('installing chromium …')
  try {
    const options = {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }
    execFileSync('apt-get', ['update', '-qq'], options)
    execFileSync(
      'apt-get',
      ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-noto-color-emoji'],
      options,
    )
  } catch (error) {
    console.log(`CHROMIUM IS MISSING: apt-get could not install it (${error.message}). No browser test ran.`)
    return undefined
  }
  return existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : undefined
}
