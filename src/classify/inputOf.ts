import type { ClassifyInput } from './types.ts'

/**
 * What the classifier reads of a mention as it is stored: one place, so that a reason explains what was judged. The
 * title of a comment is that of what it stands under, not its author's words.
 */
export function inputOf(mention: {
  title: string | null
  text: string
  kind: string
  langDeclared: string | null
  /** 0…1 */
  ratingUnit: number | null
}): ClassifyInput {
  const { title, text, kind, langDeclared, ratingUnit } = mention
  return {
    text: title && kind !== 'comment' ? `${title}\n${text}` : text,
    kind: kind === 'review' ? 'review' : 'mention',
    ...(langDeclared === null ? {} : { lang: langDeclared }),
    ...(ratingUnit === null ? {} : { stars: 1 + 4 * ratingUnit }),
  }
}
