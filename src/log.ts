/** One JSON line an event: a constant message, facts as fields. No secrets, no message bodies at info. */
export interface Log {
  debug(message: string, facts?: Record<string, unknown>): void
  info(message: string, facts?: Record<string, unknown>): void
  warn(message: string, facts?: Record<string, unknown>): void
  error(message: string, facts?: Record<string, unknown>): void
}

const levels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof levels)[number] | 'silent'

export function createLog(level: LogLevel, write: (line: string) => void, now: () => number): Log {
  const from = level === 'silent' ? levels.length : levels.indexOf(level)
  const at =
    (name: (typeof levels)[number]) =>
    (message: string, facts: Record<string, unknown> = {}) => {
      if (levels.indexOf(name) < from) return
      write(`${JSON.stringify({ at: new Date(now()).toISOString(), level: name, message, ...plain(facts) })}\n`)
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

function plain(facts: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([key, value]) => [key, value instanceof Error ? describe(value) : value]),
  )
}

function describe(error: Error): Record<string, unknown> {
  const cause = error.cause instanceof Error ? { cause: describe(error.cause) } : {}
  return { name: error.name, message: error.message, stack: error.stack?.split('\n').slice(1, 6).join(' | '), ...cause }
}

export const silentLog: Log = createLog(
  'silent',
  () => undefined,
  () => 0,
)
