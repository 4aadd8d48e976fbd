import { AuditPage } from '../../../views/pages/Audit.tsx'
import { urls } from '../../../views/urls.ts'
import { auditActions, threadEvents } from '../../domain/events.ts'
import { sentences } from '../../i18n/web.ts'
import { listAudit } from '../../store/audit.ts'
import { listUsers } from '../../store/users.ts'
import { respond, viewOf } from '../respond.tsx'
import type { Ctx } from '../web.ts'

const pageSize = 50
const meanings: Record<string, string> = { ...threadEvents, ...auditActions }

/** Who did what, newest first, keyset-paged by the number of the entry. */
export async function showAudit(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const [before, after] = [seqOf(c.req.query('before')), seqOf(c.req.query('after'))]
  const found = await listAudit(store.read, {
    ...(before === undefined ? {} : { before }),
    ...(before === undefined && after !== undefined ? { after } : {}),
    limit: pageSize + 1,
  })
  const back = before === undefined && after !== undefined
  // One more than a page was asked for: it lies at the far end.
  const more = found.length > pageSize
  const rows = back ? found.slice(-pageSize) : found.slice(0, pageSize)
  const names = new Map((await listUsers(store.read)).map((user) => [user.id, user.name]))
  const [first, last] = [rows[0], rows.at(-1)]
  const model = {
    entries: rows.map((row) => ({
      seq: row.seq,
      at: row.at,
      by: row.actor === 'system' ? sentences.system : (names.get(row.actor) ?? row.actor),
      action: row.action,
      meaning: (meanings[row.action] ?? '').replaceAll('`', ''),
      object: row.object,
      data: row.data ? JSON.stringify(row.data).slice(0, 400) : '',
      ip: row.ip,
    })),
    pager: {
      prev: first && (before !== undefined || (back && more)) ? urls.settingsAudit({ after: first.seq }) : undefined,
      next: last && (back || more) ? urls.settingsAudit({ before: last.seq }) : undefined,
    },
  }
  const title = viewOf(c).t.settings.audit
  return respond(c, { title, section: 'settings', page: () => <AuditPage model={model} /> })
}

function seqOf(text: string | undefined): number | undefined {
  return text && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
