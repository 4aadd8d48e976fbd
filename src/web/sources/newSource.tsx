import { SourceFormPage, SourceNewPage } from '../../../views/pages/Sources.tsx'
import { urls } from '../../../views/urls.ts'
import type { Connector } from '../../connector/contract.ts'
import { parseForm } from '../../connector/form.ts'
import { readForm } from '../forms.ts'
import { goTo, respond, viewOf } from '../respond.tsx'
import { setFlash } from '../shell.ts'
import type { Ctx } from '../web.ts'
import { checkSource, connect } from './connect.ts'
import { advancedKeys, configFields } from './fields.ts'
import { takesFiles } from './fileConnector.ts'
import { fileOf, readInto } from './uploadFile.ts'

export function showConnectors(c: Ctx): Promise<Response> {
  const connectors = c
    .get('web')
    .registry.manifests()
    .map((manifest) => ({
      id: manifest.id,
      name: manifest.name,
      network: manifest.platform ?? manifest.id,
      kind: manifest.kind,
      summary: manifest.summary,
      keyless: manifest.keyless,
      canReply: manifest.reply !== undefined,
    }))
  const title = viewOf(c).t.sources.add
  return respond(c, { title, section: 'sources', page: () => <SourceNewPage model={{ connectors }} /> })
}

export async function showNewSource(c: Ctx): Promise<Response> {
  const connector = await connectorOf(c)
  return connector ? respondForm(c, connector, {}) : c.notFound()
}

/** Parsed, checked on the platform, then saved: a source that is listed has worked once. */
export async function createSource(c: Ctx): Promise<Response> {
  const connector = await connectorOf(c)
  if (!connector) return c.notFound()
  const form = await readForm(c)
  const name = form.text('name').slice(0, 100)
  const values = Object.fromEntries(configFields(connector).map(({ key }) => [key, form.raw(key)]))
  const parsed = parseForm(connector.config, form.form)
  if (!parsed.ok) return respondForm(c, connector, { name, values, errors: parsed.errors })
  const checked = await checkSource(c, { connector, ...parsed })
  if (!checked.ok) return respondForm(c, connector, { name, values, errors: { '': checked.error } })
  const source = await connect(c, { connector, name, ...parsed }, checked.account)
  if ('error' in source) return respondForm(c, connector, { name, values, errors: { '': source.error } })
  const file = takesFiles(c, connector.manifest.id) ? fileOf(form) : undefined
  if (file) return readInto(c, source, file)
  setFlash(c, takesFiles(c, connector.manifest.id) ? 'fileSourceAdded' : 'sourceAdded')
  return goTo(c, urls.source(source.id))
}

async function connectorOf(c: Ctx): Promise<Connector | undefined> {
  const { registry } = c.get('web')
  const id = c.req.param('connector') ?? ''
  return registry.has(id) ? registry.get(id) : undefined
}

export interface SourceForm {
  id?: string
  name?: string
  values?: Record<string, unknown>
  kept?: ReadonlySet<string>
  errors?: Record<string, string>
}

export function respondForm(c: Ctx, connector: Connector, given: SourceForm): Promise<Response> {
  const { manifest } = connector
  const fields = configFields(connector, given.values, given.kept)
  const model = {
    id: given.id,
    connector: {
      id: manifest.id,
      name: manifest.name,
      network: manifest.platform ?? manifest.id,
      summary: manifest.summary,
    },
    name: given.name ?? '',
    fields,
    advanced: advancedKeys(fields),
    takesFile: given.id === undefined && takesFiles(c, manifest.id),
    errors: given.errors,
  }
  const status = given.errors ? 422 : 200
  return respond(c, { title: manifest.name, section: 'sources', status, page: () => <SourceFormPage model={model} /> })
}
