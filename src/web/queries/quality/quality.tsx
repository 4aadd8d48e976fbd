import { DrawProgress, QueryQualityPage, type QualityModel } from '../../../../views/pages/QueryQuality.tsx'
import { labelsNeeded, recallOf } from '../../../domain/proportion.ts'
import { may } from '../../../domain/permissions.ts'
import { shareRead } from '../../../store/history.ts'
import { drawnVersions, loadDraw, tallyParts, type LoadedDraw } from '../../../store/quality.ts'
import { findQuery, type ListeningQuery } from '../../../store/queries.ts'
import { respond, respondPart } from '../../respond.tsx'
import { viewerOf, wantsPart, type Ctx } from '../../web.ts'
import { findDrawing } from './draw.ts'
import { partModels } from './parts.ts'

/** ± this share is precise enough for most decisions. */
export const wantedMargin = 0.1

/** How good a query is: precision, recall and what its NOTs lose, as far as people have labelled. */
export async function showQuality(c: Ctx): Promise<Response> {
  const found = await findQuery(c.get('web').store.read, c.req.param('id') ?? '')
  if (!found) return c.notFound()
  const drawing = findDrawing(c, found)
  const draw = { id: found.id, share: drawing ? shareRead(drawing.walk) : undefined }
  if (drawing && wantsPart(c)) return respondPart(c, <DrawProgress id={draw.id} share={draw.share ?? 0} />)
  const model = await modelOf(c, found, draw.share)
  return respond(c, { title: found.name, section: 'queries', page: () => <QueryQualityPage model={model} /> })
}

async function modelOf(c: Ctx, query: ListeningQuery, drawing: number | undefined): Promise<QualityModel> {
  const { read } = c.get('web').store
  const loaded = await loadDraw(read, query.seq, query.version)
  const history: QualityModel['history'] = []
  for (const version of await drawnVersions(read, query.seq)) {
    const earlier = version === query.version ? loaded : await loadDraw(read, query.seq, version)
    const [matches] = earlier ? partModels(earlier) : []
    if (earlier && matches) history.push({ version, at: earlier.draw.drawnAt, matches })
  }
  return {
    id: query.id,
    name: query.name,
    version: query.version,
    query: query.text,
    mayLabel: may(viewerOf(c).user.role, 'triage'),
    margin: wantedMargin,
    drawing,
    drawn: loaded && drawnOf(loaded),
    history,
  }
}

function drawnOf(loaded: LoadedDraw): QualityModel['drawn'] {
  const parts = partModels(loaded)
  const [matches] = parts
  if (!matches) return undefined
  const [matchTally, ...rest] = tallyParts(loaded)
  const missed = rest.filter((tally) => tally.population > 0)
  return {
    at: loaded.draw.drawnAt,
    matches,
    needed: labelsNeeded(matches, wantedMargin),
    near: parts.filter((part) => part.kind === 'near' && part.population > 0),
    nots: parts.filter((part) => part.kind === 'not'),
    // With nothing around it to compare with, any figure would be flattery.
    recall: matchTally && missed.length > 0 ? recallOf(matchTally, missed) : undefined,
    unlabelledParts: missed.filter((tally) => tally.labelled === 0).length,
  }
}
