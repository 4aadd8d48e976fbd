/** What is known of one word. */
export interface Remembered {
  /** the word, in the form in which it is asked for */
  readonly norm: string
}

export interface WordMemo<Value extends Remembered> {
  /** Undefined where the slice is not remembered. `hash` is any 32-bit hash that depends on nothing but the slice. */
  find(text: string, start: number, end: number, hash: number): Value | undefined
  keep(hash: number, value: Value): void
}

/**
 * A cache of words by a hash that the scanner has computed anyway: no string is made to ask, and a look-up touches one
 * slot. A newer word takes the place of an older one with the same slot, so its size is bounded and common words return
 * at once. `bits`: 2 ** bits slots.
 */
export function createWordMemo<Value extends Remembered>(bits: number): WordMemo<Value> {
  const slots = Array.from({ length: 1 << bits }, (): Value | undefined => undefined)
  const slotOf = (hash: number): number => Math.imul(hash, 0x9e3779b1) >>> (32 - bits)
  return {
    find(text, start, end, hash) {
      const found = slots[slotOf(hash)]
      return found && found.norm.length === end - start && text.startsWith(found.norm, start) ? found : undefined
    },
    keep(hash, value) {
      slots[slotOf(hash)] = value
    },
  }
}
