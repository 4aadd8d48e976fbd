import { demoCustomers, type DemoCustomer } from './customers.ts'
import { demoTeam } from './team.ts'
import { dayMs, hourMs } from './world/clock.ts'
import { type Dice, dice, pick } from './world/random.ts'
import { fillSlots } from './world/slots.ts'

export interface DemoTouchpoint {
  /** The same for the same seed and moment of the touchpoint. */
  externalId: string
  customerKey: string
  email: string
  channel: 'call' | 'email' | 'web' | 'in_person' | 'order'
  direction: 'in' | 'out'
  /** Epoch ms, never after `now`. */
  at: number
  title: string
  text: string
  /** Name of the colleague where a person took part. */
  colleague?: string
}

type Kind = Pick<DemoTouchpoint, 'channel' | 'direction' | 'title' | 'text'>

const kinds: readonly Kind[] = [
  {
    channel: 'call',
    direction: 'in',
    title: 'Asked about the service contract',
    text: 'Wants two visits a year instead of one. Sent the new price list.',
  },
  {
    channel: 'call',
    direction: 'in',
    title: 'Machine stops after the second shot',
    text: 'E17 again. Agreed on a loan machine until the pump is here.',
  },
  {
    channel: 'call',
    direction: 'out',
    title: 'Called back about the late parcel',
    text: 'Took it with humour. Next bag of {bean} is on us.',
  },
  {
    channel: 'call',
    direction: 'out',
    title: 'Check-in after the repair',
    text: 'All fine since. Will write a review, not asked for it.',
  },
  {
    channel: 'email',
    direction: 'in',
    title: 'Invoice without VAT number',
    text: 'Please send the invoice for {order} again, with our VAT number this time.',
  },
  {
    channel: 'email',
    direction: 'out',
    title: 'Invoice sent again',
    text: 'Here it is, with the number. Sorry for the extra round.',
  },
  {
    channel: 'email',
    direction: 'in',
    title: 'Question about grinders',
    text: 'We would like the quiet one, if it fits the old base plate.',
  },
  {
    channel: 'email',
    direction: 'out',
    title: 'Welcome to the Club',
    text: 'First parcel leaves on {wk}. Write back if the grind is not right.',
  },
  { channel: 'web', direction: 'in', title: 'Visited the price page of Fleet', text: 'Four pages, six minutes.' },
  { channel: 'web', direction: 'in', title: 'Read “Descaling your Solo”', text: 'Came from a search.' },
  {
    channel: 'web',
    direction: 'in',
    title: 'Started a cancellation and stopped',
    text: 'Left the form at the question “why?”.',
  },
  {
    channel: 'in_person',
    direction: 'in',
    title: 'Came by the workshop',
    text: 'Brought the machine and a cake. New gasket while waiting.',
  },
  {
    channel: 'in_person',
    direction: 'out',
    title: 'Coffee fair in {city}',
    text: 'Stood at our table for half an hour, knows more about pumps than we do.',
  },
  { channel: 'order', direction: 'in', title: 'Order {order}', text: '2 kg {bean}, one gasket.' },
  { channel: 'order', direction: 'in', title: 'Order {order}', text: 'Duo, black, with water line kit.' },
]

/** What the customers did outside the platforms in the 180 days before `now` (epoch ms), oldest first. */
export function demoTouchpoints(seed: number, now: number): DemoTouchpoint[] {
  const today = Math.floor(now / dayMs)
  return demoCustomers(seed)
    .flatMap((customer) => Array.from({ length: 181 }, (_, back) => onDay(seed, customer, today - back)).flat())
    .filter((touchpoint) => touchpoint.at <= now)
    .sort((a, b) => a.at - b.at)
}

const perDay = { key: 0.09, business: 0.05, home: 0.022 }

function onDay(seed: number, customer: DemoCustomer, day: number): DemoTouchpoint[] {
  const roll = dice(seed, 'touchpoint', customer.key, day)
  const isWeekend = (day + 3) % 7 >= 5
  if (roll() > perDay[customer.tier] * (isWeekend ? 0.3 : 1)) return []
  return [touchpoint(customer, day, pick(kinds, roll()), roll)]
}

function touchpoint(customer: DemoCustomer, day: number, kind: Kind, roll: Dice): DemoTouchpoint {
  const externalId = `tp-${customer.key}-${day}`
  const byPerson = kind.channel === 'call' || kind.channel === 'in_person' || kind.direction === 'out'
  return {
    ...kind,
    externalId,
    customerKey: customer.key,
    email: customer.email,
    at: Math.floor(day * dayMs + (8 + roll() * 10) * hourMs),
    title: fillSlots(kind.title, externalId),
    text: fillSlots(kind.text, externalId),
    ...(byPerson ? { colleague: pick(demoTeam(0), roll()).name } : {}),
  }
}
