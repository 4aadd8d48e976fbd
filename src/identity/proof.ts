/**
 * Linking by proof only: what decides without a person. Everything weaker is a suggestion (specification of identity,
 * section 3). A handle is compared inside its platform, never across platforms.
 */
export interface LinkAccount {
  platform: string
  externalId: string
  /** Lower case, without a leading @. */
  handleKey: string
  verifiedUrls: readonly string[]
}

/** One identity of a customer that shares a key with the account. */
export interface KnownIdentity {
  customerSeq: number
  kind: 'email' | 'phone' | 'domain' | 'handle' | 'account'
  platform: string
  valueKey: string
}

export interface LinkDecision {
  status: 'linked' | 'suggested'
  customerSeq: number
  method: string
  evidence: { evidence: string; text: string }[]
}

/** Platforms whose handles are domain names that the account's owner has proved to control. */
const domainHandlePlatforms = new Set(['bluesky'])

/** The keys under which identities are looked up for an account: [kind, platform, valueKey]. */
export function lookupKeys(account: LinkAccount): [KnownIdentity['kind'], string, string][] {
  const keys: [KnownIdentity['kind'], string, string][] = [
    ['account', account.platform, account.externalId.toLowerCase()],
    ['handle', account.platform, account.handleKey],
  ]
  for (const domain of domainsOf(account)) keys.push(['domain', '', domain])
  return keys
}

function domainsOf(account: LinkAccount): string[] {
  const hosts = account.verifiedUrls.map(hostOf).filter((host) => host !== undefined)
  return domainHandlePlatforms.has(account.platform) ? [account.handleKey, ...hosts] : hosts
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^www\./, '').toLowerCase() : undefined
}

/**
 * Decides from the identities found under the account's keys. One customer with a proof: linked. Proofs of several
 * customers, or a domain that several share: suggestions, because somebody must choose.
 */
export function decideByProof(account: LinkAccount, found: readonly KnownIdentity[]): LinkDecision[] {
  const proofs = found.flatMap((identity) => {
    const reason = reasonOf(account, identity)
    return reason ? [{ ...reason, customerSeq: identity.customerSeq }] : []
  })
  const customers = [...new Set(proofs.map((proof) => proof.customerSeq))]
  const byAccountId = new Set(proofs.filter((proof) => proof.method === 'account').map((proof) => proof.customerSeq))
  return customers.map((customerSeq) => {
    const own = proofs.filter((proof) => proof.customerSeq === customerSeq)
    const isAlone = customers.length === 1 || (byAccountId.size === 1 && byAccountId.has(customerSeq))
    return {
      status: isAlone ? 'linked' : 'suggested',
      customerSeq,
      method: own[0]?.method ?? 'proof',
      evidence: own.map(({ method, text }) => ({ evidence: method, text })),
    }
  })
}

function reasonOf(account: LinkAccount, identity: KnownIdentity): { method: string; text: string } | undefined {
  if (identity.kind === 'account' && identity.platform === account.platform)
    return { method: 'account', text: `Same ${account.platform} account` }
  if (identity.kind === 'handle' && identity.platform === account.platform)
    return { method: 'handle', text: `Known handle @${identity.valueKey} on ${account.platform}` }
  if (identity.kind !== 'domain') return undefined
  if (domainHandlePlatforms.has(account.platform) && account.handleKey === identity.valueKey)
    return { method: 'domain', text: `Handle is the customer's domain ${identity.valueKey}` }
  return { method: 'verified-url', text: `The platform verified a link to ${identity.valueKey}` }
}
