/** A mistake of whoever drives the server through the admin door: answered with a status and a code, never a crash. */
export class Refusal extends Error {
  /** @param {number} status @param {string} code @param {string} message */
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
