import type { Act } from '../store/threadActions.ts'
import { addressOf, viewerOf, type Ctx } from './web.ts'

/** Who acts, for the audit and the log. */
export function actOf(c: Ctx): Act {
  const { clock, newId } = c.get('web')
  return { userId: viewerOf(c).user.id, now: clock.now(), ip: addressOf(c), newId }
}
