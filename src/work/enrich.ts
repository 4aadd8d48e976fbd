import { loadForEnrichment, writeEnrichment, type EnrichContext } from '../store/enrich.ts'
import type { IngestContext } from '../store/ingest.ts'
import { applyToNew } from './automations.ts'
import type { WorkContext } from './context.ts'
import { linkAuthors } from './link.ts'

const batchSize = 100

/** Enriches the mentions of one page, in batches of about a hundred, each in a transaction of its own. */
export async function enrichMentions(context: WorkContext, seqs: number[]): Promise<void> {
  for (let from = 0; from < seqs.length; from += batchSize) {
    const rows = await loadForEnrichment(context.store.read, seqs.slice(from, from + batchSize))
    const batch = await context.examine(rows)
    if (batch.length === 0) continue
    await context.store.write((tx) => writeEnrichment(tx, batch, { ...stampOf(context), ...linkingOf(context) }))
  }
}

/**
 * For judging new mentions in the transaction that stores them; models and queries are loaded before it begins. Whatever
 * fails here is left to the job, which tries again: a text that cannot be judged must not keep its page out.
 */
export async function prepareEnrichment(context: WorkContext): Promise<IngestContext['enrich']> {
  const examine: WorkContext['examine'] = async (rows) => {
    try {
      return await context.examine(rows)
    } catch (error) {
      context.log.error('new mentions could not be judged at once', { error })
      return []
    }
  }
  await examine([])
  return { examine, ...linkingOf(context) }
}

function stampOf(context: WorkContext) {
  return { now: context.now(), newId: context.newId }
}

function linkingOf(context: WorkContext): Pick<EnrichContext, 'mayLink' | 'link' | 'judged'> {
  return {
    mayLink: (platform) => mayLink(context, platform),
    link: (tx, authors) => linkAuthors(tx, authors, stampOf(context)),
    judged: (tx, seqs) => applyToNew(context.store, tx, seqs, stampOf(context)),
  }
}

/** By proof only, so 'public-data' and 'consent' platforms may be linked too: their customers gave us the account. */
function mayLink(context: WorkContext, platform: string): boolean {
  return context.manifest(platform)?.policy.identityLink !== 'forbidden'
}
