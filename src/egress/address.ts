import { BlockList, isIP } from 'node:net'

/**
 * Which addresses an installation may dial. IPv4: everything but the special-purpose blocks (IANA registry, RFC 6890).
 * IPv6: only global unicast 2000::/3 minus its special blocks, so that a range nobody thought of (`::`, link-local,
 * unique local, v4-compatible, a future one) is refused by default. Mapped and NAT64 forms are judged by the IPv4
 * address inside.
 */
export type AddressKind = 'public' | 'private' | 'metadata'

const reserved4 = blockList('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
])
const global6 = blockList('ipv6', [['2000::', 3]])
const reserved6 = blockList('ipv6', [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
])
/** Cloud metadata: refused even where private addresses are allowed in general, unless the very address is listed. */
const metadata = new Set(['169.254.169.254', '169.254.170.2', '100.100.100.200', '192.0.0.192', 'fd00:ec2::254'])

/** Judges a literal address (IPv6 without brackets; a zone id counts as private). Throws RangeError when it is none. */
export function kindOfAddress(address: string): AddressKind {
  const family = isIP(address)
  if (family === 0) throw new RangeError(`${address} is not an IP address`)
  if (family === 4) return kindOf4(address)
  if (address.includes('%')) return 'private'
  const groups = groupsOf6(address)
  const embedded = embedded4(groups)
  if (embedded !== undefined) return kindOf4(embedded)
  if (metadata.has(compress(groups))) return 'metadata'
  return global6.check(address, 'ipv6') && !reserved6.check(address, 'ipv6') ? 'public' : 'private'
}

/** True when `address` equals `entry` or lies in it (`10.0.0.0/8`, `fd00::/8`). */
export function addressMatches(address: string, entry: string): boolean {
  const [base = '', bits] = entry.split('/')
  const family = isIP(base)
  if (family === 0 || isIP(address) !== family) return false
  const list = new BlockList()
  list.addSubnet(base, bits === undefined ? (family === 4 ? 32 : 128) : Number(bits), family === 4 ? 'ipv4' : 'ipv6')
  return list.check(address, family === 4 ? 'ipv4' : 'ipv6')
}

function kindOf4(address: string): AddressKind {
  if (metadata.has(address)) return 'metadata'
  return reserved4.check(address, 'ipv4') ? 'private' : 'public'
}

/** ::ffff:0:0/96 (mapped) and 64:ff9b::/96 (NAT64) carry an IPv4 address that is the one really reached. */
function embedded4(groups: number[]): string | undefined {
  const head = groups.slice(0, 6).join(':')
  if (head !== '0:0:0:0:0:65535' && head !== `${0x64}:${0xff9b}:0:0:0:0`) return undefined
  const [high = 0, low = 0] = groups.slice(6)
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

function groupsOf6(address: string): number[] {
  const [left = '', right] = address.split('::')
  const head = parseGroups(left)
  const tail = right === undefined ? [] : parseGroups(right)
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail]
}

function parseGroups(part: string): number[] {
  if (part === '') return []
  return part.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)]
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number)
    return [a * 256 + b, c * 256 + d]
  })
}

/** Canonical text of RFC 5952, enough for a comparison with the table above. */
function compress(groups: number[]): string {
  return groups
    .map((group) => group.toString(16))
    .join(':')
    .replace(/(^|:)(0(:|$)){2,}/, '::')
}

function blockList(type: 'ipv4' | 'ipv6', subnets: [string, number][]): BlockList {
  const list = new BlockList()
  for (const [base, bits] of subnets) list.addSubnet(base, bits, type)
  return list
}
