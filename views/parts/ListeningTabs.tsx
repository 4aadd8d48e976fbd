import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { urls } from '../urls.ts'

/** The pages under Listening. */
export const ListeningTabs: FC<{ tab: 'queries' | 'lists' | 'groups' | 'rules' }> = ({ tab }) => {
  const { t } = useView()
  const tabs = [
    { tab: 'queries', href: urls.queries(), label: t.listening.queriesTab },
    { tab: 'lists', href: urls.lists(), label: t.listening.lists },
    { tab: 'groups', href: urls.groups(), label: t.listening.groups },
    { tab: 'rules', href: urls.automations(), label: t.automation.rules },
  ]
  return (
    <nav class="tabs" aria-label={t.listening.tabs}>
      {tabs.map((one) => (
        <a href={one.href} aria-current={one.tab === tab ? 'page' : undefined} data-label={one.label}>
          {one.label}
        </a>
      ))}
    </nav>
  )
}
