import type { ConnectorErrorKind } from './source.ts'

/**
 * The one error a connector throws on purpose. `message` is read by the person who can act: what happened and what
 * to do. Anything else that is thrown is a defect of the connector: counted, kept, backed off.
 */
export class ConnectorError extends Error {
  /** A brand instead of instanceof: a third-party package brings its own copy of this class. */
  readonly connectorError = true
  readonly kind: ConnectorErrorKind
  /** Epoch ms; only with `rate_limited`. */
  readonly retryAt?: number
  /**
   * For `temporary` errors of a write: true when the request surely never reached the platform (refused connection,
   * DNS). Otherwise its outcome is unknown and it must not be repeated before looking.
   */
  readonly notSent: boolean
  constructor(
    kind: ConnectorErrorKind,
    message: string,
    options: { cause?: unknown; retryAt?: number; notSent?: boolean } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'ConnectorError'
    this.kind = kind
    if (options.retryAt !== undefined) this.retryAt = options.retryAt
    this.notSent = options.notSent ?? false
  }
}

export function isConnectorError(error: unknown): error is ConnectorError {
  return typeof error === 'object' && error !== null && (error as { connectorError?: unknown }).connectorError === true
}
