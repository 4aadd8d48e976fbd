// Everything the pages do beyond HTML. The pages work without it: it adds keys, live arrival, draft keeping and focus.
import './app/htmx.ts'
import { startComposer } from './app/composer.ts'
import { startFailure } from './app/failure.ts'
import { startFocus } from './app/focus.ts'
import { startForms } from './app/forms.ts'
import { startKeys } from './app/keys.ts'
import { startPalette } from './app/palette.ts'
import { startScrollers } from './app/scrollers.ts'
import { startStream } from './app/stream.ts'
import { startTheme } from './app/theme.ts'
import { startTimes } from './app/times.ts'

document.documentElement.classList.add('js')

function start(): void {
  startForms()
  startFailure()
  startFocus()
  startComposer()
  startTheme()
  startTimes()
  startStream()
  startPalette()
  startKeys()
  startScrollers()
}

if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start)
else start()
