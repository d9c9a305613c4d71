// Why a file could not be read or written. The texts are for logs: they name no file and no key.
import { Fault } from './fault.js';

/** WhatsApp, or the phone, may have the file at another time. */
export const unavailable = (message: string): Fault => new Fault('media_unavailable', message, true);
export const gone = (message: string): Fault => new Fault('media_gone', message);
export const invalid = (message: string): Fault => new Fault('media_invalid', message);

/** Why a file could not be brought to WhatsApp, in the codes of a send's result. */
export class UploadError extends Error {
  constructor(
    readonly code: 'media_upload_failed' | 'media_refused' | 'media_unreadable',
    message: string,
    readonly retryable: boolean,
  ) {
    super(message);
    this.name = 'UploadError';
  }
}
