import type { VoiceMember, VoiceModel } from '../../../views/pages/Voice.tsx'
import { urls } from '../../../views/urls.ts'
import { netSentiment } from '../../domain/netSentiment.ts'
import { dayMs } from '../../store/clocks.ts'
import { listGroups, listMembers } from '../../store/queryGroups.ts'
import { loadVolume, type VolumeRow } from '../../store/reports.ts'
import { listSources } from '../../store/sources.ts'
import { loadOverlap } from '../../store/voice.ts'
import type { Web } from '../web.ts'
import { countsOf, spanOfDays, totalOf } from './figures.ts'
import { coveredShare, isoDay, loadHoles, storiesOf } from './loadReport.ts'

export interface VoiceSpan {
  days: number
  /** `stories`: each counts once, by its oldest mention. */
  count: 'stories' | 'copies'
}

type Member = Awaited<ReturnType<typeof listMembers>>[number]

/** Share of voice of a group of queries; without an id, of the first by name. Days are those of UTC, as in the roll-ups. */
export async function loadVoice(
  web: Web,
  groupId: string | undefined,
  { days, count }: VoiceSpan,
): Promise<VoiceModel> {
  const { read } = web.store
  const now = web.clock.now()
  const toDay = Math.floor(now / dayMs)
  const fromDay = toDay - days + 1
  const groups = await listGroups(read)
  const group = groupId === undefined ? groups[0] : groups.find((one) => one.id === groupId)
  const members = group ? (await listMembers(read)).filter((one) => one.groupSeq === group.seq) : []
  const seqs = members.map((one) => one.seq)
  const volume = new Map<number, VolumeRow[]>()
  for (const seq of seqs) {
    const rows = await loadVolume(read, { fromDay, toDay, querySeq: seq })
    volume.set(seq, count === 'copies' ? rows : rows.map(storiesOf))
  }
  const overlap = await loadOverlap(read, seqs, { fromDay, toDay, stories: count === 'stories' })
  const sources = await listSources(read)
  const holes = await loadHoles(web, sources, { from: fromDay * dayMs, to: now })
  const inbox = { view: 'all', from: isoDay(fromDay), to: isoDay(toDay) }
  const figures = members.map((one) => memberFigures(one, volume.get(one.seq) ?? [], overlap.bySeq.get(one.seq) ?? 0))
  const total = figures.reduce((sum, one) => sum + one.mentions, 0)
  return {
    days,
    count,
    groups: groups.map(({ id, name }) => ({ value: id, label: name })),
    group: group && { id: group.id, name: group.name },
    total,
    members: figures.map((one) => ({
      ...one,
      share: total === 0 ? undefined : one.mentions / total,
      href: urls.inbox({ ...inbox, query: one.id }),
    })),
    overlap: { shared: overlap.shared, isComplete: overlap.isComplete },
    byDay: spanOfDays(fromDay, toDay).map((day) => ({
      day: isoDay(day),
      counts: seqs.map((seq) => totalOf(countsOf((volume.get(seq) ?? []).filter((row) => row.day === day)))),
      covered: coveredShare(day, now, [...holes.values()].flat(), sources),
      href: urls.inbox({ view: 'all', group: group?.id, from: isoDay(day), to: isoDay(day) }),
    })),
    incomplete: sources.filter((one) => (holes.get(one.id) ?? []).length > 0).map((one) => one.name),
    // What a query had caught before it was there, nobody knows: its share of these days is too small.
    younger: members
      .filter((one) => one.createdAt >= (fromDay + 1) * dayMs)
      .map((one) => ({ name: one.name, since: one.createdAt })),
  }
}

function memberFigures(
  { id, name, isActive }: Member,
  rows: readonly VolumeRow[],
  overlaps: number,
): Omit<VoiceMember, 'share' | 'href'> {
  const counts = countsOf(rows)
  const { negative, neutral, positive, mixed, unsure } = counts
  const { net, polar, unsureShare } = netSentiment(counts)
  return {
    id,
    name,
    isActive,
    mentions: totalOf(counts),
    overlaps,
    negative,
    neutral,
    positive,
    mixed,
    unsure,
    net,
    polar,
    unsureShare,
  }
}
