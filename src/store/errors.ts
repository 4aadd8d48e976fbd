/** A failure of the database that a person can act on; the message says how. */
export class StoreError extends Error {
  readonly kind: 'newer' | 'unreachable' | 'conflict' | 'not_found'
  constructor(kind: StoreError['kind'], message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'StoreError'
    this.kind = kind
  }
}
