import { decideByProof, lookupKeys, type LinkAccount } from '../identity/proof.ts'
import { findIdentities, refusedPairs, setLink, suggestLink, type LinkContext } from '../store/linking.ts'
import type { Tx } from '../store/store.ts'

export interface AuthorForLink extends LinkAccount {
  seq: number
}

/** Links new authors to customers by proof, or leaves suggestions. Answers the customer of each linked author. */
export async function linkAuthors(
  tx: Tx,
  authors: AuthorForLink[],
  context: LinkContext,
): Promise<Map<number, number>> {
  const linked = new Map<number, number>()
  if (authors.length === 0) return linked
  const keysOf = new Map(authors.map((author) => [author.seq, lookupKeys(author)]))
  const values = [...new Set([...keysOf.values()].flat().map(([, , value]) => value))]
  const found = await findIdentities(tx, values)
  if (found.length === 0) return linked
  const refused = await refusedPairs(
    tx,
    authors.map((author) => author.seq),
  )
  for (const author of authors) {
    const keys = new Set((keysOf.get(author.seq) ?? []).map(joinKey))
    const own = found.filter((identity) => keys.has(joinKey([identity.kind, identity.platform, identity.valueKey])))
    for (const decision of decideByProof(author, own)) {
      if (refused.has(`${author.seq} ${decision.customerSeq}`)) continue
      if (decision.status === 'suggested') await suggestLink(tx, author.seq, decision, context.now)
      else {
        await setLink(tx, author.seq, decision.customerSeq, { ...decision, createdBy: null }, context)
        linked.set(author.seq, decision.customerSeq)
      }
    }
  }
  return linked
}

function joinKey(key: readonly string[]): string {
  return key.join('\u0001')
}
