import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import type { View } from '../context.tsx'
import { formatDateTime, formatDuration } from '../format.ts'
import type { ClockModel } from '../model.ts'
import { Icon } from './icons.tsx'

/** Time left or time over, in words; the script counts it down from data-due while the page is open. */
export const Clock: FC<{ clock: ClockModel }> = ({ clock }) => {
  const view = useView()
  const running =
    clock.stoppedAt === undefined &&
    (clock.state === 'on_track' || clock.state === 'at_risk' || clock.state === 'breached')
  return (
    <span
      class={`clock clock-${clock.state}`}
      title={explainClock(clock, view)}
      {...(running && clock.dueAt !== undefined ? { 'data-due': String(clock.dueAt) } : {})}
    >
      <Icon name={clock.state === 'breached' ? 'warning' : clock.state === 'met' ? 'check' : 'clock'} />
      <span class="clock-text">{clockText(clock, view)}</span>
    </span>
  )
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
    lines.push(t.clock.stopped(at(clock.stoppedAt), formatDuration(clock.elapsedSeconds, locale)))
  if (clock.reason) lines.push(clock.reason)
  if ((clock.ingestLagSeconds ?? 0) > 60) lines.push(t.clock.lag(formatDuration(clock.ingestLagSeconds ?? 0, locale)))
  return lines.join(' ')
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
