import type { FC } from 'hono/jsx'
import type { SourceState } from '../../src/domain/source.ts'
import { useView } from '../context.tsx'
import { Icon } from './icons.tsx'
import type { IconName } from './icons.tsx'

const icons: Record<SourceState, IconName> = {
  active: 'check',
  paused: 'pause',
  needs_auth: 'key',
  failing: 'warning',
  gone: 'cross',
}
const tones: Record<SourceState, string> = {
  active: 'good',
  paused: 'plain',
  needs_auth: 'bad',
  failing: 'warn',
  gone: 'bad',
}

/** Shape, colour and word. */
export const SourceStatus: FC<{ state: SourceState }> = ({ state }) => {
  const { t } = useView()
  return (
    <span class={`status status-${tones[state]}`}>
      <Icon name={icons[state]} /> {t.sourceState[state]}
    </span>
  )
}
