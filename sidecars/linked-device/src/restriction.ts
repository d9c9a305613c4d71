// WhatsApp lets an account start no new chats for a while. The line stays connected meanwhile.
import type { Connection } from './connection.js';

export const NEW_CHATS_REFUSED = 'WhatsApp does not let this account start new chats for now.';

export interface RestrictionEvents {
  began(untilAt: number | null): void;
  lifted(): void;
}

export class Restriction {
  readonly #events: RestrictionEvents;
  #holds = false;

  constructor(events: RestrictionEvents) {
    this.#events = events;
  }

  get holds(): boolean {
    return this.#holds;
  }

  /** A new connection knows of none. */
  forget(): void {
    this.#holds = false;
  }

  /** A message to somebody new was refused. WhatsApp is asked until when, and whether at all: one chat alone may be the reason. */
  refused(connection: Connection | null): void {
    this.#begin(null);
    if (connection?.isOpen) void connection.socket.fetchAccountReachoutTimelock().catch(() => undefined);
  }

  /** @param untilAt null: there is none; 0: nobody knows until when */
  told(untilAt: number | null): void {
    if (untilAt !== null) this.#begin(untilAt || null);
    else if (this.#holds) this.#lift();
  }

  #lift(): void {
    this.#holds = false;
    this.#events.lifted();
  }

  #begin(untilAt: number | null): void {
    this.#holds = true;
    this.#events.began(untilAt);
  }
}
