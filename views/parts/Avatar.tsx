import type { FC } from 'hono/jsx'
import { initialsOf } from '../format.ts'

/** Decorative: the name stands beside it. The tint comes from the name, so that one person always looks the same. */
export const Avatar: FC<{ name: string; src?: string | undefined; size?: 'small' | 'large' }> = ({
  name,
  src,
  size,
}) => {
  const classes = `avatar avatar-${tintOf(name)}${size ? ` avatar-${size}` : ''}`
  // Our own proxy only; `//host` would be another server.
  if (src && /^\/(?!\/)/.test(src))
    return <img class={classes} src={src} alt="" loading="lazy" width="32" height="32" />
  return (
    <span class={classes} aria-hidden="true">
      {initialsOf(name)}
    </span>
  )
}

function tintOf(name: string): number {
  let sum = 0
  for (const char of name) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 6
  return sum
}
