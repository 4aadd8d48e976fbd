import type { EvidenceKind, EvidenceModel, TouchpointModel } from '../../../views/model.ts'
import { evidenceKinds } from '../../../views/model.ts'
import type { CustomerPanelModel, LinkedCustomer, SuggestionModel } from '../../../views/parts/CustomerPanel.tsx'
import { sentences } from '../../i18n/web.ts'
import { listIdentities, listTouchpoints, summariseTouchpoints } from '../../store/customers.ts'
import type { Evidence } from '../../store/tables/customers.ts'
import type { LoadedThread } from '../../store/thread.ts'
import { avatarUrl } from '../avatar.ts'
import type { Web } from '../web.ts'

export async function customerPanel(
  web: Web,
  thread: LoadedThread,
  mentionId: string,
  canLink: boolean,
): Promise<CustomerPanelModel> {
  const { author, source } = thread
  const manifest = web.registry.manifest(source.connector)
  const forbidden = manifest?.policy.identityLink === 'forbidden'
  return {
    author: {
      name: author.name ?? author.handle,
      handle: author.handle,
      avatarUrl: avatarUrl(web, author.avatarUrl),
      url: author.url ?? undefined,
      followers: author.followers ?? undefined,
      bio: author.bio ?? undefined,
      location: author.location ?? undefined,
      isBot: author.isBot ?? undefined,
    },
    source: { id: source.id, name: source.name, network: thread.thread.platform },
    mentionId,
    canLink,
    linked: await linkedModel(web, thread),
    suggestions: thread.links.filter((one) => one.link.status === 'suggested').map(suggestionModel),
    forbidden: forbidden ? sentences.noLinking(manifest.name) : undefined,
  }
}

async function linkedModel(web: Web, thread: LoadedThread): Promise<LinkedCustomer | undefined> {
  const { customer } = thread
  if (!customer) return undefined
  const { read } = web.store
  const link = thread.links.find((one) => one.link.status === 'linked' && one.link.customerSeq === customer.seq)
  const recent = await listTouchpoints(read, customer.seq, 5)
  const identities = await listIdentities(read, [customer.seq])
  return {
    id: customer.id,
    name: customer.name,
    company: customer.company ?? undefined,
    email: identities.find((one) => one.kind === 'email')?.value,
    since: customer.createdAt,
    touchpoints: (await summariseTouchpoints(read, [customer.seq])).get(customer.seq)?.count ?? 0,
    recent: recent.map(touchpointModel),
    evidence: (link?.link.evidence ?? []).map(evidenceModel),
    by: link?.userName ?? undefined,
    tags: customer.tier ? [customer.tier] : [],
  }
}

function suggestionModel({ link, customer }: LoadedThread['links'][number]): SuggestionModel {
  return {
    customerId: customer.id,
    name: customer.name,
    detail: customer.company ?? undefined,
    probability: probabilityOf(link.score),
    evidence: link.evidence.map(evidenceModel),
  }
}

/** Scores are bits of evidence for and against; without one the rule alone spoke. */
function probabilityOf(bits: number | null): number {
  return bits === null ? 0.5 : 1 / (1 + 2 ** -bits)
}

const kinds: readonly string[] = evidenceKinds

export function evidenceModel({ evidence, text, bits }: Evidence): EvidenceModel {
  // A person's decision names the person; what the machine found is a finished sentence.
  const kind: EvidenceKind = evidence === 'manual' && kinds.includes(evidence) ? 'manual' : 'other'
  return { kind, value: text, ...(bits === undefined ? {} : { bits }) }
}

export function touchpointModel(row: Awaited<ReturnType<typeof listTouchpoints>>[number]): TouchpointModel {
  const { touchpoint, source } = row
  return {
    id: touchpoint.id,
    at: touchpoint.occurredAt,
    channel: touchpoint.channel,
    direction: touchpoint.direction,
    stage: touchpoint.stage,
    text: touchpoint.summary,
    source: source?.id ? { id: source.id, name: source.name ?? source.id, network: source.platform ?? '' } : undefined,
    threadId: row.threadId ?? undefined,
    sentiment: row.sentiment ?? undefined,
    rating: row.review?.rating,
    by: row.userName ?? undefined,
    replyState: row.replyState ?? undefined,
  }
}
