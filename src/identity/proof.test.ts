import { expect, it } from 'vitest'
import { decideByProof, lookupKeys, type KnownIdentity, type LinkAccount } from './proof.ts'

const account = (more: Partial<LinkAccount> = {}): LinkAccount => ({
  platform: 'bluesky',
  externalId: 'did:plc:1',
  handleKey: 'acme.example',
  verifiedUrls: [],
  ...more,
})
const identity = (
  customerSeq: number,
  kind: KnownIdentity['kind'],
  platform: string,
  valueKey: string,
): KnownIdentity => ({
  customerSeq,
  kind,
  platform,
  valueKey,
})

it('links the same account id, a known handle of that platform, and a domain handle', () => {
  for (const known of [
    identity(1, 'account', 'bluesky', 'did:plc:1'),
    identity(1, 'handle', 'bluesky', 'acme.example'),
    identity(1, 'domain', '', 'acme.example'),
  ]) {
    expect(decideByProof(account(), [known])).toMatchObject([{ status: 'linked', customerSeq: 1 }])
  }
})

it('does not take a handle that looks like a domain as proof where handles prove nothing', () => {
  const elsewhere = account({ platform: 'x' })
  expect(lookupKeys(elsewhere).map(([kind]) => kind)).toEqual(['account', 'handle'])
  expect(decideByProof(elsewhere, [identity(1, 'handle', 'bluesky', 'acme.example')])).toEqual([])
})

it('links a link that the platform has verified, and never one that it has not', () => {
  const verified = account({
    platform: 'mastodon',
    handleKey: 'ann@social.example',
    verifiedUrls: ['https://www.Ann.example/about', 'not a url'],
  })
  expect(lookupKeys(verified)).toContainEqual(['domain', '', 'ann.example'])
  expect(decideByProof(verified, [identity(3, 'domain', '', 'ann.example')])).toMatchObject([
    { status: 'linked', method: 'verified-url' },
  ])
})

it('asks a person when proofs point to several customers, unless one is the very account', () => {
  const shared = [identity(1, 'domain', '', 'acme.example'), identity(2, 'domain', '', 'acme.example')]
  expect(decideByProof(account(), shared).map((one) => one.status)).toEqual(['suggested', 'suggested'])
  const certain = decideByProof(account(), [...shared, identity(2, 'account', 'bluesky', 'did:plc:1')])
  expect(certain.map((one) => [one.customerSeq, one.status])).toEqual([
    [1, 'suggested'],
    [2, 'linked'],
  ])
})

it('never links e-mail addresses or names', () => {
  expect(decideByProof(account(), [identity(1, 'email', '', 'acme.example')])).toEqual([])
})
