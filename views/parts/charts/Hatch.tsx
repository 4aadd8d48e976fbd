import type { FC } from 'hono/jsx'

/** The pattern that means "not heard" everywhere. */
export const Hatch: FC<{ id: string }> = ({ id }) => (
  <defs>
    <pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect class="hatch-ground" width="6" height="6" />
      <line class="hatch-line" x1="0" y1="0" x2="0" y2="6" stroke-width="2.5" />
    </pattern>
  </defs>
)
