import type { Child, FC } from 'hono/jsx'
import { Icon } from './icons.tsx'
import type { IconName } from './icons.tsx'

/** Teaches: what this page is for, one action, an example. */
export const EmptyState: FC<{ icon: IconName; title: string; text: string; level?: 2 | 3; children?: Child }> = ({
  icon,
  title,
  text,
  level = 2,
  children,
}) => (
  <div class="empty">
    <span class="empty-icon">
      <Icon name={icon} />
    </span>
    {level === 2 ? <h2>{title}</h2> : <h3>{title}</h3>}
    <p>{text}</p>
    {children && <div class="empty-actions">{children}</div>}
  </div>
)

export const PageHead: FC<{
  title: string
  lead?: string | undefined
  back?: { href: string; label: string } | undefined
  children?: Child
}> = ({ title, lead, back, children }) => (
  <header class="page-head">
    {back && (
      <a class="back" href={back.href}>
        <Icon name="back" /> {back.label}
      </a>
    )}
    <div class="page-head-row">
      <div>
        <h1>{title}</h1>
        {lead && <p class="lead">{lead}</p>}
      </div>
      {children && <div class="page-actions">{children}</div>}
    </div>
  </header>
)
