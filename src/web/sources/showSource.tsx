import { SourcePage } from '../../../views/pages/Source.tsx'
import type { SourceModel } from '../../../views/pages/Source.tsx'
import type { FileUploadModel } from '../../../views/parts/FileUpload.tsx'
import { may } from '../../domain/permissions.ts'
import { streamState } from '../../domain/stream.ts'
import { troubles } from '../../i18n/web.ts'
import { dayMs } from '../../store/clocks.ts'
import { countHeard, findSource, listCoverage, listQuarantine, type Source } from '../../store/sources.ts'
import { streamRow } from '../../store/streams.ts'
import { respond } from '../respond.tsx'
import { originOf, viewerOf, type Ctx } from '../web.ts'
import { coverageDays, coverageModel, isAsked } from './coverageModel.ts'
import { takesFiles } from './fileConnector.ts'
import { freshnessModel } from './freshnessModel.ts'

export async function showSource(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const source = await findSource(store.read, c.req.param('id') ?? '')
  return source ? respondSource(c, source) : c.notFound()
}

/** The page of a source; after an upload with what came of it. */
export async function respondSource(c: Ctx, source: Source, upload: FileUploadModel = {}): Promise<Response> {
  const { store, registry, clock } = c.get('web')
  const manifest = registry.manifest(source.connector)
  const since = clock.now() - coverageDays * dayMs
  const model: SourceModel = {
    id: source.id,
    name: source.name,
    network: manifest?.platform ?? source.connector,
    connectorName: manifest?.name ?? source.connector,
    account: source.account,
    state: source.state,
    trouble: troubleOf(source),
    heardAt: source.lastSuccessAt ?? undefined,
    nextPollAt: source.state === 'paused' ? undefined : source.nextPollAt,
    intervalSeconds: source.intervalSeconds,
    mentions: (await countHeard(store.read, 0)).get(source.id) ?? 0,
    canReply: manifest?.reply !== undefined,
    stream: await streamModel(c, source),
    coverage: coverageModel(source, manifest, await listCoverage(store.read, [source.id], since), since, clock.now()),
    backfill: backfillModel(source, manifest?.backfill?.price),
    asked: isAsked(manifest),
    freshness: await freshnessModel(c.get('web'), source),
    runs: [],
    quarantine: (await listQuarantine(store.read, source.id)).map((one) => ({
      id: one.id,
      at: one.createdAt,
      error: one.error,
      raw: one.raw.slice(0, 2000),
    })),
    hookUrl: await hookUrl(c, source),
    upload: takesFiles(c, source.connector) ? upload : undefined,
    canEdit: may(viewerOf(c).user.role, 'sources'),
  }
  return respond(c, {
    title: source.name,
    section: 'sources',
    status: upload.error === undefined ? 200 : 422,
    page: () => <SourcePage model={model} />,
  })
}

async function streamModel(c: Ctx, source: Source): Promise<SourceModel['stream']> {
  const { store, registry } = c.get('web')
  const offer = registry.manifest(source.connector)?.stream
  if (!offer) return undefined
  const state = streamState(offer, source, await streamRow(store.read, source.id))
  return { ...state, summary: offer.summary, price: offer.price }
}

function backfillModel(source: Source, price: string | undefined): SourceModel['backfill'] {
  return price === undefined ? undefined : { isOn: source.settings.backfill === true, price }
}

function troubleOf(source: Source): SourceModel['trouble'] {
  const { lastError } = source
  if (!lastError || source.state === 'active') return undefined
  const { title, action } = troubles[lastError.kind]
  return { title, text: lastError.message, action, at: lastError.at }
}

/** Where deliveries are posted to, for sources that are told instead of asking. */
async function hookUrl(c: Ctx, source: Source): Promise<string | undefined> {
  const { registry } = c.get('web')
  if (registry.manifest(source.connector)?.kind !== 'ingest') return undefined
  const connector = await registry.get(source.connector)
  return connector.webhook ? `${originOf(c)}/hooks/${source.id}` : undefined
}
