import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { formatAge, formatAhead, formatDateTime } from '../format.ts'

/** A moment: short and relative, exact on hover; the script keeps the relative part true while the page stays open. */
export const Time: FC<{ at: number; long?: boolean; class?: string }> = ({ at, long, ...rest }) => {
  const view = useView()
  return (
    <time
      datetime={new Date(at).toISOString()}
      title={formatDateTime(at, view)}
      data-age={long ? 'long' : 'short'}
      {...rest}
    >
      {long ? formatAhead(at, view) : formatAge(at, view)}
    </time>
  )
}

/** A moment written out. */
export const ExactTime: FC<{ at: number }> = ({ at }) => {
  const view = useView()
  return <time datetime={new Date(at).toISOString()}>{formatDateTime(at, view)}</time>
}
