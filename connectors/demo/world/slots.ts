import { demoTeam } from '../team.ts'
import { dice, pick } from './random.ts'

const fillings: Record<string, readonly string[]> = {
  bean: ['Harbour Blend', 'Kestrel', 'Slow Sunday', 'Night Ferry', 'Orchard No. 4'],
  drink: ['flat white', 'cortado', 'cappuccino', 'double espresso', 'oat latte', 'americano'],
  city: ['Leeds', 'Hamburg', 'Porto', 'Lyon', 'Ghent', 'Graz', 'Bristol', 'Aarhus', 'Turin', 'Valencia'],
  ver: ['4.2', '4.2.1', '4.3', '4.3.2'],
  wk: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
  month: ['March', 'April', 'May', 'June', 'September', 'October'],
  n: ['3', '5', '7', '9', '12', '25', '40'],
  order: ['TM-48213', 'TM-50177', 'TM-47920', 'TM-51064', '#49308', 'TM 50552'],
  colleague: demoTeam(0).map((colleague) => colleague.name.split(' ')[0] ?? ''),
}

/** Fills `{bean}` and its like. Unknown braces stay: people write those too. */
export function fillSlots(text: string, ...salt: (string | number)[]): string {
  const roll = dice('slots', ...salt)
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const from = fillings[name]
    return from ? pick(from, roll()) : whole
  })
}
