import type { ErrorCode } from './protocol.js';

/** An error answer of the protocol, given or received. */
export class Fault extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly retryable = false,
  ) {
    super(message);
    this.name = 'Fault';
  }

  static invalid(message: string): Fault {
    return new Fault('invalid_params', message);
  }

  static notConnected(): Fault {
    return new Fault('not_connected', 'The line has no connection to WhatsApp.', true);
  }
}

/** The line was closed, or is owned by somebody else: nothing of it may be waited for any more. */
export class LineClosed extends Error {
  constructor() {
    super('The line was closed.');
    this.name = 'LineClosed';
  }
}
