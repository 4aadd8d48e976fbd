import { hash32 } from './world/random.ts'

/** The platform name that the mentions of every demo channel carry. */
export const demoPlatform = 'demo'

export interface DemoAccount {
  platform: string
  handle: string
  /** Given where the company once noted the account itself: proof by id. Elsewhere only the handle is known. */
  externalId?: string
}

export interface DemoCustomer {
  /** Stable over runs; what an import would call the external id of the record. */
  key: string
  name: string
  company?: string
  email: string
  domains: string[]
  accounts: DemoAccount[]
  tier: 'key' | 'business' | 'home'
  lang: string
  city: string
  /** Epoch ms. */
  since: number
}

type Row = readonly [
  key: string,
  name: string,
  company: string,
  email: string,
  handle: string,
  tier: DemoCustomer['tier'],
  lang: string,
  city: string,
]

/** `handle` written as a domain is the company's own domain: proof by domain. A leading `#` means: the id is known too. */
const rows: readonly Row[] = [
  ['aurora', 'Marta Keller', 'Café Aurora', 'marta@cafe-aurora.example', 'cafe-aurora.example', 'key', 'de', 'Basel'],
  ['northdesk', 'Owen Pritchard', 'Northdesk Coworking', 'owen@northdesk.example', '#owen_p', 'key', 'en', 'Leeds'],
  [
    'velvet',
    'Aisha Rahman',
    'Velvet Studio',
    'aisha@velvetstudio.example',
    'velvetstudio.example',
    'business',
    'en',
    'Bristol',
  ],
  ['brasa', 'Tiago Moreira', 'Padaria Brasa', 'tiago@brasa.example', '#tiago.moreira', 'business', 'pt', 'Porto'],
  [
    'librairie',
    'Camille Roux',
    'Librairie du Quai',
    'camille@librairieduquai.example',
    '#camille_roux',
    'business',
    'fr',
    'Nantes',
  ],
  ['stern', 'Lukas Vogt', 'Sternwerk GmbH', 'l.vogt@sternwerk.example', '#lukasvogt', 'key', 'de', 'Leipzig'],
  ['olmo', 'Chiara Benedetti', 'Studio Olmo', 'chiara@studio-olmo.example', 'chiarabene', 'business', 'it', 'Torino'],
  ['nadir', 'Nadir Haddou', 'Haddou & Sons', 'nadir@haddou.example', '#nadir_h', 'business', 'ar', 'Rabat'],
  [
    'kumo',
    'Haruka Ishii',
    'Kumo Design',
    'haruka@kumo-design.example',
    'kumo-design.example',
    'business',
    'ja',
    'Kyoto',
  ],
  [
    'paloma',
    'Paloma Ortega',
    'La Terraza de Paloma',
    'paloma@laterraza.example',
    '#palomaortega',
    'business',
    'es',
    'Málaga',
  ],
  ['henrik', 'Henrik Dahl', '', 'henrik.dahl@post.example', '#attic_henrik', 'home', 'en', 'Aarhus'],
  ['grace', 'Grace Whitfield', '', 'grace.whitfield@mail.example', '#gracewhit', 'home', 'en', 'Edinburgh'],
  ['devon', 'Devon Clarke', 'Pillar Labs', 'devon@pillarlabs.example', 'pillarlabs.example', 'key', 'en', 'London'],
  ['mei', 'Mei Tan', '', 'mei.tan@mail.example', 'meitan_brews', 'home', 'en', 'Rotterdam'],
  ['rory', 'Rory McAllister', 'Harbour Dental', 'rory@harbourdental.example', '#rorymca', 'business', 'en', 'Galway'],
  ['sofie', 'Sofie Lindgren', '', 'sofie.lindgren@post.example', '#sofie_l', 'home', 'en', 'Malmö'],
  [
    'ben',
    'Ben Okafor',
    'Okafor Architects',
    'ben@okafor-architects.example',
    'okafor-architects.example',
    'business',
    'en',
    'Manchester',
  ],
  ['jule', 'Jule Hartmann', '', 'jule.hartmann@mail.example', '#julehart', 'home', 'de', 'Bremen'],
  ['hugo', 'Hugo Lambert', '', 'hugo.lambert@mail.example', 'hugo_lmbrt', 'home', 'fr', 'Lyon'],
  [
    'irina',
    'Irina Petrova',
    'Translate House',
    'irina@translatehouse.example',
    '#irina_words',
    'business',
    'en',
    'Prague',
  ],
  ['caleb', 'Caleb Stone', '', 'caleb.stone@mail.example', '#calebstone', 'home', 'en', 'Cardiff'],
  ['lucia', 'Lucía Ferrer', '', 'lucia.ferrer@mail.example', '#luferrer', 'home', 'es', 'Valencia'],
]

/** The customers that Tamsel knows. Their accounts write in the demo world; so do people who only look like them. */
export function demoCustomers(seed: number): DemoCustomer[] {
  return rows.map(([key, name, company, email, mark, tier, lang, city]) => {
    const handle = mark.replace('#', '')
    return {
      key,
      name,
      ...(company ? { company } : {}),
      email,
      domains: company ? [email.slice(email.indexOf('@') + 1)] : [],
      accounts: handle.includes('.example')
        ? []
        : [{ platform: demoPlatform, handle, ...(mark.startsWith('#') ? { externalId: customerAccountId(key) } : {}) }],
      tier,
      lang,
      city,
      since: Date.UTC(2019, 0, 1) + (hash32(seed, 'since', key) % 2000) * 86_400_000,
    }
  })
}

/** The handle under which a customer writes, also where the company has not noted it (domain handles). */
export function customerHandle(key: string): string {
  return (rows.find((row) => row[0] === key)?.[4] ?? key).replace('#', '')
}

export function customerAccountId(key: string): string {
  return `u-k-${key}`
}

export interface NearMiss {
  externalId: string
  handle: string
  name: string
  lang: string
  /** Why linking this account to the customer would be wrong. */
  why: string
}

/** People and impostors who look like a customer and are not one. Nothing of theirs may be linked by proof. */
export function demoNearMisses(): NearMiss[] {
  return [
    { externalId: 'u-n-1', handle: 'marta.keller', name: 'Marta Keller', lang: 'en', why: 'same name, another person' },
    { externalId: 'u-n-2', handle: 'owen_p_', name: 'Owen Pritchard', lang: 'en', why: 'handle with one sign more' },
    {
      externalId: 'u-n-3',
      handle: 'pi11arlabs.example',
      name: 'Pillar Labs',
      lang: 'en',
      why: 'domain with digits for letters',
    },
    {
      externalId: 'u-n-4',
      handle: 'camilleroux',
      name: 'Camille Roux',
      lang: 'fr',
      why: 'handle without the underscore',
    },
    { externalId: 'u-n-5', handle: 'ben.okafor', name: 'Ben Okafor', lang: 'en', why: 'same name, another person' },
    {
      externalId: 'u-n-6',
      handle: 'cafe-aurora.example.shop',
      name: 'Café Aurora',
      lang: 'de',
      why: 'the domain is only the beginning',
    },
  ]
}

/** Pretends to be the company and asks people for a call. */
export function demoImpostor(): NearMiss {
  return {
    externalId: 'u-n-7',
    handle: 'tamsel_support',
    name: 'Tamsel Support',
    lang: 'en',
    why: 'pretends to be the company',
  }
}
