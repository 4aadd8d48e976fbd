import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import type { Pager as PagerModel } from '../model.ts'
import { Pager } from '../parts/Pager.tsx'
import { Plain } from '../parts/RemoteText.tsx'
import { ExactTime } from '../parts/Time.tsx'
import { SettingsFrame } from './Settings.tsx'

export interface AuditModel {
  entries: AuditLine[]
  pager: PagerModel
}

interface AuditLine {
  seq: number
  at: number
  by: string
  /** noun.verb */
  action: string
  /** What the action means, a sentence. */
  meaning: string
  object: string
  /** JSON, '' for none. */
  data: string
  ip: string
}

export const AuditPage: FC<{ model: AuditModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <SettingsFrame tab="audit" wide>
      <p class="help">{t.settings.auditLead}</p>
      {model.entries.length === 0 ? (
        <p class="muted">{t.settings.auditEmpty}</p>
      ) : (
        <div class="table-scroll">
          <table aria-label={t.settings.audit} class="audit">
            <thead>
              <tr>
                <th scope="col">{t.settings.auditWhen}</th>
                <th scope="col">{t.settings.auditWho}</th>
                <th scope="col">{t.settings.auditWhat}</th>
                <th scope="col">{t.settings.auditDetails}</th>
                <th scope="col">{t.settings.address}</th>
              </tr>
            </thead>
            <tbody>
              {model.entries.map((entry) => (
                <tr>
                  <td class="nowrap">
                    <ExactTime at={entry.at} />
                  </td>
                  <td>
                    <Plain text={entry.by} />
                  </td>
                  <td>
                    {entry.meaning || entry.action}
                    <span class="cell-sub">
                      <code>{entry.action}</code>
                    </span>
                  </td>
                  <td class="cell-code" hx-ignore="">
                    <code dir="auto">{entry.object}</code>
                    {entry.data && (
                      <>
                        <br />
                        <code dir="auto">{entry.data}</code>
                      </>
                    )}
                  </td>
                  <td class="nowrap">{entry.ip}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Pager pager={model.pager} label={t.settings.auditPages} />
    </SettingsFrame>
  )
}
