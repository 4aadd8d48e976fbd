import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import type { Pager as PagerModel } from '../model.ts'

/** Keyset pages as links. */
export const Pager: FC<{ pager: PagerModel; label: string }> = ({ pager, label }) => {
  const { t } = useView()
  if (!pager.prev && !pager.next) return null
  return (
    <nav class="pager" aria-label={label}>
      {pager.prev && (
        <a class="button" href={pager.prev} rel="prev">
          {t.pager.newer}
        </a>
      )}
      {pager.next && (
        <a class="button" href={pager.next} rel="next">
          {t.pager.older}
        </a>
      )}
    </nav>
  )
}
