import type { Child, FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { urls } from '../urls.ts'
import { PageHead } from './EmptyState.tsx'

/** Names are in the catalogue under understanding.tabs. */
const tabs = [
  { tab: 'learning', href: urls.understanding() },
  { tab: 'rules', href: urls.rules() },
  { tab: 'provider', href: urls.provider() },
  { tab: 'topics', href: urls.topics() },
  { tab: 'tags', href: urls.taughtTags() },
  { tab: 'audit', href: urls.audits() },
  { tab: 'disagreements', href: urls.disagreements() },
] as const
export type UnderstandingTab = (typeof tabs)[number]['tab']

/** One heading over all pages about judging, a page a tab. */
export const UnderstandingFrame: FC<{ tab: UnderstandingTab; children?: Child }> = ({ tab, children }) => {
  const { t } = useView()
  return (
    <>
      <PageHead title={t.nav.understanding} lead={t.understanding.lead} />
      <nav class="tabs" aria-label={t.nav.understanding}>
        {tabs.map((one) => (
          <a
            href={one.href}
            aria-current={one.tab === tab ? 'page' : undefined}
            data-label={t.understanding.tabs[one.tab]}
          >
            {t.understanding.tabs[one.tab]}
          </a>
        ))}
      </nav>
      {children}
    </>
  )
}
