/** Numbers, times and spans in the viewer's locale and zone. Intl objects cost about 50 µs each: they are kept. */
const kept = new Map<string, unknown>()

function keep<T>(key: string, make: () => T): T {
  const found = kept.get(key)
  if (found !== undefined) return found as T // the key names the type
  const made = make()
  kept.set(key, made)
  return made
}

export interface Viewer {
  locale: string
  zone: string
  now: number
}

export function formatNumber(value: number, locale: string): string {
  return keep(`n${locale}`, () => new Intl.NumberFormat(locale)).format(value)
}

/** 12,345 as 12K: for badges and axes. */
export function formatCompact(value: number, locale: string): string {
  const options = { notation: 'compact', maximumFractionDigits: 1 } as const
  return keep(`c${locale}`, () => new Intl.NumberFormat(locale, options)).format(value)
}

/** `share` is 0…1. */
export function formatPercent(share: number, locale: string): string {
  return keep(`p${locale}`, () => new Intl.NumberFormat(locale, { style: 'percent' })).format(share)
}

export function formatDateTime(at: number, viewer: Pick<Viewer, 'locale' | 'zone'>): string {
  const options = { dateStyle: 'medium', timeStyle: 'short', timeZone: viewer.zone } as const
  return keep(`dt${viewer.locale}${viewer.zone}`, () => new Intl.DateTimeFormat(viewer.locale, options)).format(at)
}

export function formatClockTime(at: number, viewer: Pick<Viewer, 'locale' | 'zone'>): string {
  const options = { timeStyle: 'short', timeZone: viewer.zone } as const
  return keep(`t${viewer.locale}${viewer.zone}`, () => new Intl.DateTimeFormat(viewer.locale, options)).format(at)
}

export function formatDay(at: number, viewer: Viewer): string {
  const sameYear = Math.abs(viewer.now - at) < 180 * 86_400_000
  const options: Intl.DateTimeFormatOptions = {
    day: 'numeric',
    month: 'short',
    timeZone: viewer.zone,
    ...(sameYear ? {} : { year: 'numeric' }),
  }
  const key = `d${viewer.locale}${viewer.zone}${sameYear}`
  return keep(key, () => new Intl.DateTimeFormat(viewer.locale, options)).format(at)
}

/** A calendar day given as YYYY-MM-DD, which has no zone. */
export function formatIsoDay(day: string, locale: string): string {
  const options = { day: 'numeric', month: 'short', timeZone: 'UTC' } as const
  return keep(`id${locale}`, () => new Intl.DateTimeFormat(locale, options)).format(Date.parse(`${day}T00:00:00Z`))
}

/** A month given as YYYY-MM. */
export function formatMonth(month: string, locale: string): string {
  const options = { month: 'long', year: 'numeric', timeZone: 'UTC' } as const
  return keep(`m${locale}`, () => new Intl.DateTimeFormat(locale, options)).format(Date.parse(`${month}-01T00:00:00Z`))
}

/** "now", "5m", "3h", "2d", then the day: narrow on purpose, the exact time stands beside it. */
export function formatAge(at: number, viewer: Viewer): string {
  const seconds = Math.round((viewer.now - at) / 1000)
  if (Math.abs(seconds) < 45) return relative(0, 'second', viewer.locale)
  if (Math.abs(seconds) >= 7 * 86_400) return formatDay(at, viewer)
  return seconds > 0 ? formatDuration(seconds, viewer.locale, 1) : formatAhead(at, viewer)
}

/** "in 4 minutes", "2 hours ago": for sentences. */
export function formatAhead(at: number, viewer: Viewer): string {
  const seconds = (at - viewer.now) / 1000
  const size = Math.abs(seconds)
  if (size < 45) return relative(0, 'second', viewer.locale)
  if (size < 5400) return relative(Math.round(seconds / 60) || Math.sign(seconds), 'minute', viewer.locale)
  if (size < 36 * 3600) return relative(Math.round(seconds / 3600), 'hour', viewer.locale)
  return relative(Math.round(seconds / 86_400), 'day', viewer.locale)
}

function relative(value: number, unit: Intl.RelativeTimeFormatUnit, locale: string): string {
  const options = { numeric: 'auto', style: 'short' } as const
  return keep(`r${locale}`, () => new Intl.RelativeTimeFormat(locale, options)).format(value, unit)
}

const spans = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

/** 3725 s as "1h 2m": the `parts` largest units, never a rounding up of time left. */
export function formatDuration(seconds: number, locale: string, parts = 2): string {
  let rest = Math.max(0, Math.floor(seconds))
  const out: string[] = []
  for (const [unit, size] of spans) {
    if (rest < size && !(unit === 'second' && out.length === 0)) {
      if (out.length > 0) break
      continue
    }
    out.push(unitFormat(unit, locale).format(Math.floor(rest / size)))
    rest %= size
    if (out.length >= parts) break
  }
  return out.join(' ')
}

function unitFormat(unit: string, locale: string): Intl.NumberFormat {
  return keep(`u${unit}${locale}`, () => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'narrow' }))
}

/** "German" for "de"; the code itself where the platform does not know it. */
export function formatLanguage(code: string, locale: string): string {
  try {
    return keep(`l${locale}`, () => new Intl.DisplayNames([locale], { type: 'language' })).of(code) ?? code
  } catch {
    return code
  }
}

export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean)
  const first = [...(words[0] ?? '?')][0] ?? '?'
  const last = words.length > 1 ? ([...(words.at(-1) ?? '')][0] ?? '') : ''
  return (first + last).toUpperCase()
}
