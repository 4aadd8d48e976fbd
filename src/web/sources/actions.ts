import { urls } from '../../../views/urls.ts'
import type { FlashKey } from '../../i18n/web.ts'
import {
  discardQuarantined,
  findSource,
  pauseSource,
  removeSource,
  resumeSource,
  runSourceNow,
  setStreaming,
  setBackfill,
} from '../../store/sources.ts'
import { actOf } from '../act.ts'
import { readForm } from '../forms.ts'
import { goTo } from '../respond.tsx'
import { setFlash } from '../shell.ts'
import type { Ctx } from '../web.ts'

const idOf = (c: Ctx): string => c.req.param('id') ?? ''

function done(c: Ctx, flash: FlashKey, path = urls.source(idOf(c))): Response {
  setFlash(c, flash)
  return goTo(c, path)
}

export async function runSource(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const started = await store.write((tx) => runSourceNow(tx, actOf(c), idOf(c)))
  return done(c, started ? 'sourceRun' : 'sourceNotRun')
}

export async function pauseOrResume(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const pause = (await readForm(c)).text('paused') === '1'
  await store.write((tx) => (pause ? pauseSource : resumeSource)(tx, actOf(c), idOf(c)))
  return done(c, pause ? 'sourcePaused' : 'sourceResumed')
}

export async function switchStream(c: Ctx): Promise<Response> {
  const { store, registry } = c.get('web')
  const source = await findSource(store.read, idOf(c))
  if (!source || !registry.manifest(source.connector)?.stream) return c.notFound()
  const on = (await readForm(c)).text('on') === '1'
  await store.write((tx) => setStreaming(tx, actOf(c), source.id, on))
  return done(c, on ? 'streamOn' : 'streamOff')
}

/** Only where it costs money is there anything to switch. */
export async function switchBackfill(c: Ctx): Promise<Response> {
  const { store, registry } = c.get('web')
  const source = await findSource(store.read, idOf(c))
  if (!source || !registry.manifest(source.connector)?.backfill) return c.notFound()
  const backfill = (await readForm(c)).text('enabled') === '1'
  await store.write((tx) => setBackfill(tx, actOf(c), source.id, backfill))
  return done(c, backfill ? 'backfillOn' : 'backfillOff')
}

export async function dropSource(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const removed = await store.write((tx) => removeSource(tx, actOf(c), idOf(c)))
  return removed ? done(c, 'sourceRemoved', urls.sources()) : c.notFound()
}

/** Reading a record again means asking its source again: the cursor is not moved back for one record. */
export async function decideQuarantined(c: Ctx): Promise<Response> {
  const { store } = c.get('web')
  const record = c.req.param('record') ?? ''
  const retry = (await readForm(c)).text('decision') === 'retry'
  const found = await store.write(async (tx) => {
    if (retry) return runSourceNow(tx, actOf(c), idOf(c))
    return discardQuarantined(tx, actOf(c), idOf(c), record)
  })
  if (!found && !retry) return c.notFound()
  return done(c, retry ? 'sourceRun' : 'recordDiscarded')
}
