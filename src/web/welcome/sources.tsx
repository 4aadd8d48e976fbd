import { WelcomePage, WelcomeSourcesPage } from '../../../views/pages/Welcome.tsx'
import { urls } from '../../../views/urls.ts'
import { parseConfigFields } from '../../connector/form.ts'
import type { CheckedAccount } from '../../connector/contract.ts'
import { sentences } from '../../i18n/web.ts'
import { formatQuery } from '../../query/format.ts'
import { parseQuery } from '../../query/parse.ts'
import { insertQuery } from '../../store/queries.ts'
import { loadWorkspace, saveSetting } from '../../store/settings.ts'
import { actOf } from '../act.ts'
import { readForm, type Posted } from '../forms.ts'
import { goTo, respondPlain, viewOf } from '../respond.tsx'
import { checkSource, connect, type Wanted } from '../sources/connect.ts'
import type { Ctx } from '../web.ts'
import { offersFor, type Offer } from './offers.ts'

const longestWord = 60

/** The name of a product becomes offers of places to listen. */
export async function showOffers(c: Ctx): Promise<Response> {
  const word = (c.req.query('word') ?? '').trim().slice(0, longestWord)
  if (word === '') return askWord(c, word)
  return respondOffers(c, word, await offersFor(c.get('web'), word))
}

/** Connects what was chosen and works; what does not is shown with its reason, and the rest is not connected twice. */
export async function connectOffers(c: Ctx): Promise<Response> {
  const form = await readForm(c)
  const word = form.text('word').slice(0, longestWord)
  if (word === '') return askWord(c, word)
  const offers = await offersFor(c.get('web'), word)
  const chosen = new Set(form.all('offer'))
  const wanted = offers.filter((offer) => chosen.has(offer.key))
  const marked = offers.map((offer) => ({ ...offer, checked: chosen.has(offer.key) }))
  if (wanted.length === 0) return respondOffers(c, word, marked, { '': sentences.chooseSource })
  const outcomes = await Promise.all(wanted.map((offer) => check(c, offer, form)))
  const errors = Object.assign({}, ...outcomes.map((one) => ('errors' in one ? one.errors : {}))) as Record<
    string,
    string
  >
  if (Object.keys(errors).length > 0) return respondOffers(c, word, marked, errors)
  await listenFor(c, word)
  for (const one of outcomes) if ('wanted' in one) await connect(c, one.wanted, one.account)
  return goTo(c, urls.welcomeProgress())
}

type Outcome = { wanted: Wanted; account: CheckedAccount } | { errors: Record<string, string> }

async function check(c: Ctx, offer: Offer, form: Posted): Promise<Outcome> {
  const filled = offer.fields
    .map(({ key }) => [key, form.text(`${offer.key}.${key}`)])
    .filter(([, value]) => value !== '')
  const parsed = parseConfigFields(offer.loaded.config, { ...offer.config, ...Object.fromEntries(filled) })
  if (!parsed.ok) return { errors: prefixed(offer, parsed.errors) }
  const checked = await checkSource(c, { connector: offer.loaded, ...parsed })
  if (!checked.ok) return { errors: prefixed(offer, { '': checked.error }) }
  const { config, secrets } = parsed
  return { wanted: { connector: offer.loaded, name: offer.name, config, secrets }, account: checked.account }
}

/** Errors of a field keep its name; those of the whole offer name the offer. */
function prefixed(offer: Offer, errors: Record<string, string>): Record<string, string> {
  const known = new Set(offer.fields.map(({ key }) => key))
  const entries = Object.entries(errors).map(([key, text]) =>
    known.has(key) ? [`${offer.key}.${key}`, text] : [offer.key, `${offer.name}: ${text}`],
  )
  return Object.fromEntries(entries) as Record<string, string>
}

/** The first listening query: the word as a phrase. The workspace gets its name from it. */
async function listenFor(c: Ctx, word: string): Promise<void> {
  const { store } = c.get('web')
  const phrase = `"${word.replaceAll(/["\\]/g, ' ').trim()}"`
  const parsed = parseQuery(phrase)
  const act = actOf(c)
  await store.write(async (tx) => {
    const text = parsed.ok ? formatQuery(parsed.query) : phrase
    const settings = { stem: true, fold: true }
    if (parsed.ok) await insertQuery(tx, act, { name: word, kind: 'brand', text, settings, isActive: true })
    const workspace = await loadWorkspace(tx)
    if (workspace.name === '') await saveSetting(tx, 'workspace', { ...workspace, name: word }, act.now)
    await saveSetting(tx, 'welcomed', { at: act.now }, act.now)
  })
}

function askWord(c: Ctx, word: string): Response {
  const model = { word, offersDemo: false, errors: { word: sentences.needed } }
  return respondPlain(c, { title: viewOf(c).t.app.name, status: 422, page: () => <WelcomePage model={model} /> })
}

function respondOffers(c: Ctx, word: string, offers: Offer[], errors?: Record<string, string>): Response {
  const model = { word, offers, errors }
  const status = errors ? 422 : 200
  const title = viewOf(c).t.app.name
  return respondPlain(c, { title, status, wide: true, page: () => <WelcomeSourcesPage model={model} /> })
}
