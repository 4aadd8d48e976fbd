import type { IncomingAuthor } from '../../../src/connector/contract.ts'
import { customerAccountId, customerHandle, demoCustomers, demoNearMisses } from '../customers.ts'
import { around, type Dice, dice, hash32, pick } from './random.ts'
import { type Channel, channelFacts } from './channel.ts'

/** Somebody who writes. */
export interface Persona {
  externalId: string
  handle: string
  name: string
  lang: string
  customerKey?: string
  email?: string
}

const firstNames: Record<string, string> = {
  en: 'Amy,Callum,Dana,Eli,Fatima,Georgia,Harriet,Ivo,Jess,Kofi,Liam,Maya,Noor,Oscar,Petra,Quinn,Rosa,Sean,Tess,Umar,Vera,Will,Yara,Zoe,Anders,Bea,Chidi,Dora,Emre,Fred',
  de: 'Anke,Bernd,Clara,Deniz,Elif,Felix,Greta,Holger,Ida,Kai,Lena,Mats',
  fr: 'Agathe,Basile,Chloé,Driss,Élodie,Gaspard,Inès,Julien,Maël,Noémie',
  es: 'Alba,Bruno,Carmen,Diego,Elena,Iker,Jimena,Marcos',
  pt: 'Beatriz,Caio,Duarte,Fernanda,Gabi,Joana,Rafa',
  it: 'Alessia,Dario,Elisa,Fabio,Giada,Matteo',
  ar: 'سارة,يوسف,ليلى,كريم,هند,عمر',
  ja: '佐藤ゆい,田中健,鈴木あおい,高橋蓮,中村さくら',
}
const lastNames: Record<string, string> = {
  en: 'Ashworth,Bell,Costa,Doyle,Ellery,Finch,Goode,Hughes,Iqbal,Jansen,Kerr,Lowe,Mbeki,Nolan,Ostrow,Pike,Quist,Reyes,Sharpe,Toth,Ueda,Voss,Walsh,Yates,Zielak',
  de: 'Albrecht,Böhm,Çelik,Dreyer,Ebert,Frank,Gruber,Hahn,Jäger,Kuhn',
  fr: 'Arnaud,Bouvier,Chevalier,Diallo,Fabre,Girard,Lemaire,Perrin',
  es: 'Aguilar,Blanco,Cano,Iglesias,Lozano,Prieto,Vidal',
  pt: 'Almeida,Barros,Nunes,Pires,Teixeira',
  it: 'Conti,Ferri,Gallo,Marini,Rinaldi',
  ar: 'المنصوري,الخطيب,بن علي,الشامي',
  ja: '',
}
const latin: Record<string, readonly string[]> = {
  ar: ['sara.k', 'yusuf_m', 'layla91', 'karim_dxb', 'hind.coffee', 'omar_sh'],
  ja: ['yui_sato', 'ken_t', 'aoi.suzuki', 'ren_tkhs', 'sakura_n'],
}
const tails = ['', '', '', '', '', '', '_', '88', '.irl', '42', '_brews', '_at_home', '_writes', '07']

/** How many strangers speak each language. */
const crowd: Record<string, number> = { en: 160, de: 34, fr: 24, es: 20, pt: 14, it: 12, ar: 6, ja: 5 }

/** Who writes an item: a known customer now and then, a look-alike rarely, a stranger mostly. */
export function authorFor(seed: number, lang: string, salt: string, strangersOnly = false): Persona {
  const roll = dice(seed, 'author', salt)
  const kind = strangersOnly ? 0.5 : roll()
  if (kind < 0.17) {
    const known = customerPersonas(seed).filter((persona) => persona.lang === lang)
    if (known.length > 0) return pick(known, roll())
  }
  if (kind > 0.975) {
    const near = demoNearMisses().filter((persona) => persona.lang === lang)
    if (near.length > 0) return pick(near, roll())
  }
  return stranger(seed, lang, Math.floor(roll() * (crowd[lang] ?? 10)))
}

export function customerPersonas(seed: number): Persona[] {
  return demoCustomers(seed).map((customer) => ({
    externalId: customerAccountId(customer.key),
    handle: customerHandle(customer.key),
    name: customerHandle(customer.key).includes('.example') ? (customer.company ?? customer.name) : customer.name,
    lang: customer.lang,
    customerKey: customer.key,
    email: customer.email,
  }))
}

function stranger(seed: number, lang: string, place: number): Persona {
  const firsts = (firstNames[lang] ?? '').split(',')
  const lasts = (lastNames[lang] ?? '').split(',')
  const index = (place + seed) % (crowd[lang] ?? 10)
  // Walks the table of first and last names on a diagonal: no pair comes twice, so that handles stay unique.
  const first = firsts[index % firsts.length] ?? ''
  const last = lasts[((index % firsts.length) * 3 + Math.floor(index / firsts.length)) % lasts.length] ?? ''
  const roll = dice(seed, 'person', lang, index)
  const name = roll() < 0.3 ? first : `${first} ${last}`.trim()
  return {
    externalId: `u-${hash32(seed, lang, index).toString(36)}`,
    handle: handleOf(lang, first, last, index, roll),
    name,
    lang,
  }
}

function handleOf(lang: string, first: string, last: string, index: number, roll: Dice): string {
  const given = latin[lang]
  if (given) return given[index % given.length] ?? 'user'
  const [one, two] = [plain(first), plain(last)]
  return `${pick([one + two, `${one}_${two}`, `${one}.${two}`, `${two}${one}`], roll())}${pick(tails, roll())}`
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[^\p{L}]|\p{M}/gu, '')
    .toLowerCase()
}

const bios = [
  'coffee, mostly',
  'opinions are my dog’s',
  'she/her · {city}',
  'I fix bikes and sometimes sentences',
  '',
  '',
  'Dad. Nurse. Night shift.',
  'making small things slowly',
  'ex-barista, now in IT',
  '☕📚🌧️',
]

export function asAuthor(seed: number, channel: Channel, persona: Persona): IncomingAuthor {
  const roll = dice(seed, 'profile', persona.externalId)
  const bio = pick(bios, roll()).replace('{city}', pick(['Leeds', 'Porto', 'Graz', 'Lille'], roll()))
  const author = { externalId: persona.externalId, handle: persona.handle, name: persona.name }
  if (channel === 'reviews') return author
  return {
    ...author,
    url: `https://demo.invalid/${channel}/@${persona.handle}`,
    followers: Math.min(240_000, around(180, roll, 1.6)),
    ...(bio ? { bio } : {}),
    ...(persona.customerKey && persona.handle.includes('.example')
      ? { verifiedUrls: [`https://${persona.handle}/`] }
      : {}),
  }
}

/** The company's own account on a channel. */
export function ownAuthor(channel: Channel): IncomingAuthor {
  const { externalId, handle, name } = channelFacts[channel].own
  return { externalId, handle, name, url: `https://demo.invalid/${channel}/@${handle}` }
}
