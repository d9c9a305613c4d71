/** Why a file could not be read or written, in the codes of the protocol. The text is for logs: it names no file and no key. */
export class MediaError extends Error {
  constructor(
    readonly code:
      | 'media_unavailable'
      | 'media_gone'
      | 'media_invalid'
      | 'media_upload_failed'
      | 'media_unreadable'
      | 'media_too_large'
      | 'busy',
    message: string,
    readonly retryable: boolean,
  ) {
    super(message);
    this.name = 'MediaError';
  }

  static unavailable(message: string): MediaError {
    return new MediaError('media_unavailable', message, true);
  }

  static gone(message: string): MediaError {
    return new MediaError('media_gone', message, false);
  }

  static invalid(message: string): MediaError {
    return new MediaError('media_invalid', message, false);
  }
}
