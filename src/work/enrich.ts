import { loadForEnrichment, writeEnrichment } from '../store/enrich.ts'
import type { WorkContext } from './context.ts'
import { linkAuthors } from './link.ts'

const batchSize = 100

/** Enriches the mentions of one page, in batches of about a hundred, each in a transaction of its own. */
export async function enrichMentions(context: WorkContext, seqs: number[]): Promise<void> {
  for (let from = 0; from < seqs.length; from += batchSize) {
    const rows = await loadForEnrichment(context.store.read, seqs.slice(from, from + batchSize))
    const batch = await context.examine(rows)
    if (batch.length === 0) continue
    const stamp = { now: context.now(), newId: context.newId }
    await context.store.write((tx) =>
      writeEnrichment(tx, batch, {
        ...stamp,
        mayLink: (platform) => mayLink(context, platform),
        link: (inner, authors) => linkAuthors(inner, authors, stamp),
      }),
    )
  }
}

/** By proof only, so 'public-data' and 'consent' platforms may be linked too: their customers gave us the account. */
function mayLink(context: WorkContext, platform: string): boolean {
  return context.manifest(platform)?.policy.identityLink !== 'forbidden'
}
