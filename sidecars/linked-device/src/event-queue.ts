// Events of one line on their way to the host: in order, one at a time, each until the host has committed it.
import { Fault } from './fault.js';
import type { Host } from './host.js';
import type { KeyWrite, LineEvent } from './protocol.js';

/** Sends the event, alone or with the key writes that belong to it. False when the host does not want the event. */
export type Deliver = (keys?: KeyWrite[]) => Promise<boolean>;

export class EventQueue {
  readonly #host: Host;
  readonly #onLength: (length: number) => void;
  #last: Promise<unknown> = Promise.resolve();
  #seq = 0;
  #waiting = 0;
  #published = 0;

  /** @param onLength told how many events wait, whenever that changes */
  constructor(host: Host, onLength: (length: number) => void = () => undefined) {
    this.#host = host;
    this.#onLength = onLength;
  }

  get waiting(): number {
    return this.#waiting;
  }

  get published(): number {
    return this.#published;
  }

  /**
   * @param around what holds the key writes until it is this event's turn
   * @returns whether the host committed it; false when it refused the event for good
   * @throws LineClosed
   */
  publish(event: LineEvent, around: (deliver: Deliver) => Promise<boolean> = (deliver) => deliver()): Promise<boolean> {
    this.#changed(1);
    const published = this.#last.then(() => around((keys) => this.#deliver(event, keys)));
    this.#last = published.then(
      () => this.#changed(-1),
      () => this.#changed(-1),
    );
    return published;
  }

  /** Resolves when what was published until now has been answered, or cannot be any more. */
  async settled(): Promise<void> {
    await this.#last;
  }

  async #deliver(event: LineEvent, keys: KeyWrite[] = []): Promise<boolean> {
    const seq = ++this.#seq;
    try {
      await this.#host.insist('event', { seq, event, ...(keys.length > 0 ? { keys } : {}) });
      this.#published++;
      return true;
    } catch (problem) {
      if (problem instanceof Fault) return false;
      throw problem;
    }
  }

  #changed(by: number): void {
    this.#waiting += by;
    this.#onLength(this.#waiting);
  }
}
