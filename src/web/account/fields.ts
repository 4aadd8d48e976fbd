import { sentences } from '../../i18n/web.ts'
import { longestPassword, shortestPassword } from '../session/password.ts'

/** What is wrong with the fields of an account, by field name. */
export function checkAccount(given: { name: string; email: string; password?: string }): Record<string, string> {
  const errors: Record<string, string> = {}
  if (given.name === '') errors['name'] = sentences.needed
  else if (given.name.length > 100) errors['name'] = sentences.longPassword(100)
  if (!isEmail(given.email)) errors['email'] = sentences.notEmail
  if (given.password !== undefined) Object.assign(errors, checkNewPassword(given.password))
  return errors
}

export function checkNewPassword(password: string): Record<string, string> {
  if (password.length < shortestPassword) return { password: sentences.shortPassword(shortestPassword) }
  if (password.length > longestPassword) return { password: sentences.longPassword(longestPassword) }
  return {}
}

/** Only what cannot be an address is refused; whether it exists is found out by writing to it. */
export function isEmail(text: string): boolean {
  return text.length <= 254 && /^[^\s@<>"]+@[^\s@<>"]+$/u.test(text)
}
