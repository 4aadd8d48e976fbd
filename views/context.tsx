import { createContext, useContext } from 'hono/jsx'
import type { Child, FC } from 'hono/jsx'
import { en } from '../src/i18n/en.ts'
import type { Catalogue } from '../src/i18n/en.ts'

/** Who is looking and when: everything that a component may know besides its model. */
export interface View {
  t: Catalogue
  /** BCP 47, for numbers and dates. */
  locale: string
  /** IANA zone of the viewer. */
  zone: string
  /** Epoch ms at which the page is made. */
  now: number
  /** Put into every POST form as `_csrf` when given. */
  csrf?: string
  /** The audit is among the settings of this person. */
  mayAudit?: boolean
}

const ViewContext = createContext<View>({ t: en, locale: 'en', zone: 'UTC', now: 0 })

export const ViewProvider: FC<{ view: View; children?: Child }> = ({ view, children }) => (
  <ViewContext.Provider value={view}>{children}</ViewContext.Provider>
)

export function useView(): View {
  return useContext(ViewContext)
}
