import type { FC } from 'hono/jsx'
import type { Flash } from '../model.ts'
import { Icon } from './icons.tsx'
import type { IconName } from './icons.tsx'

const icons: Record<Flash['tone'], IconName> = { good: 'checkCircle', warn: 'warning', bad: 'warning', info: 'help' }

/** What just happened, under the top bar. Also answered as an hx-partial into #flash. */
export const FlashList: FC<{ messages: Flash[] }> = ({ messages }) => (
  <div id="flash" class="flash-list">
    {messages.map((message) => (
      <div class={`flash flash-${message.tone}`} role={message.tone === 'bad' ? 'alert' : 'status'}>
        <Icon name={icons[message.tone]} />
        <p>{message.text}</p>
        {message.action && <a href={message.action.href}>{message.action.label}</a>}
      </div>
    ))}
  </div>
)
