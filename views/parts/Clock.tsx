import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import type { View } from '../context.tsx'
import { formatDateTime, formatDuration } from '../format.ts'
import type { ClockModel } from '../model.ts'
import { Icon } from './icons.tsx'

/** Time left or time over, in words; the script counts it down from data-due while the page is open. */
export const Clock: FC<{ clock: ClockModel }> = ({ clock }) => {
  const view = useView()
  const { t } = view
  const tone = clockTone(clock, view.now)
  const counts = clock.dueAt !== undefined && clock.pausedUntil === undefined && tone.match(/on_track|at_risk|breached/)
  const live = counts
    ? { 'data-due': String(clock.dueAt), 'data-left': t.clock.left('{n}'), 'data-over': t.clock.over('{n}') }
    : {}
  return (
    <span class={`clock clock-${tone}`} title={explainClock(clock, view)} {...live}>
      <Icon name={tone === 'breached' ? 'warning' : tone === 'met' ? 'check' : 'clock'} />
      <span class="clock-text">{clockText(clock, view)}</span>
    </span>
  )
}

const riskShare = 0.75
const riskLeftMs = 15 * 60_000

/** at_risk: three quarters of the target used, or a quarter of an hour left (specification 4.3, rule 6). */
function clockTone(clock: ClockModel, now: number): string {
  if (clock.state !== 'running') return clock.state
  if (clock.dueAt === undefined) return 'on_track'
  if (now > clock.dueAt) return 'breached'
  const used = (now - clock.startedAt) / Math.max(1, clock.dueAt - clock.startedAt)
  return used >= riskShare || clock.dueAt - now <= riskLeftMs ? 'at_risk' : 'on_track'
}

export function clockText(clock: ClockModel, view: View): string {
  const { t, locale, now } = view
  const elapsed = formatDuration(clock.elapsedSeconds, locale)
  if (clock.state === 'met' || clock.state === 'met_late') return t.clock.answeredIn(elapsed)
  if (clock.state === 'cancelled') return t.clock.cancelled
  if (clock.state === 'closed_unanswered') return t.clock.closed
  if (clock.pausedUntil !== undefined) return t.clock.outside
  if (clock.dueAt === undefined) return t.clock.waiting(elapsed)
  const left = (clock.dueAt - now) / 1000
  return left >= 0 ? t.clock.left(formatDuration(left, locale)) : t.clock.over(formatDuration(-left, locale))
}

/** The whole reason in sentences: what is counted, since when, until when, by which hours. */
export function explainClock(clock: ClockModel, view: View): string {
  const { t, locale } = view
  const at = (time: number) => formatDateTime(time, view)
  const lines = [t.clock.started(t.clock[clock.metric], at(clock.startedAt))]
  if (clock.targetSeconds !== undefined && clock.dueAt !== undefined)
    lines.push(t.clock.target(formatDuration(clock.targetSeconds, locale), at(clock.dueAt)))
  if (clock.targetSeconds === undefined) lines.push(t.clock.noTarget)
  lines.push(clock.calendar ? t.clock.calendar(clock.calendar) : t.clock.wallClock)
  if (clock.pausedUntil !== undefined) lines.push(t.clock.resumes(at(clock.pausedUntil)))
  if (clock.stoppedAt !== undefined)
    lines.push(stopText(clock, t)(at(clock.stoppedAt), formatDuration(clock.elapsedSeconds, locale)))
  if (clock.reason) lines.push(clock.reason)
  if ((clock.ingestLagSeconds ?? 0) > 60) lines.push(t.clock.lag(formatDuration(clock.ingestLagSeconds ?? 0, locale)))
  return lines.join(' ')
}

function stopText(clock: ClockModel, t: View['t']): (at: string, span: string) => string {
  if (clock.state === 'closed_unanswered') return t.clock.closedAt
  return clock.state === 'cancelled' ? t.clock.cancelledAt : t.clock.stopped
}

/** In the thread: the figure opens its explanation. */
export const ClockDetails: FC<{ clock: ClockModel }> = ({ clock }) => {
  const view = useView()
  return (
    <details class="menu clock-details" data-menu>
      <summary aria-label={view.t.clock.explain(clockText(clock, view))}>
        <Clock clock={clock} />
      </summary>
      <div class="menu-panel">
        <p>{explainClock(clock, view)}</p>
      </div>
    </details>
  )
}
