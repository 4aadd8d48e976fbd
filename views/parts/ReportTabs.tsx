import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { urls } from '../urls.ts'

/** The pages under Reports. */
export const ReportTabs: FC<{ tab: 'overview' | 'voice' }> = ({ tab }) => {
  const { t } = useView()
  const tabs = [
    { tab: 'overview', href: urls.reports(), label: t.listening.overview },
    { tab: 'voice', href: urls.voice(), label: t.listening.voice },
  ]
  return (
    <nav class="tabs" aria-label={t.listening.reportTabs}>
      {tabs.map((one) => (
        <a href={one.href} aria-current={one.tab === tab ? 'page' : undefined} data-label={one.label}>
          {one.label}
        </a>
      ))}
    </nav>
  )
}
