// WhatsApp's acknowledgements of messages, by message id. Baileys reports refusals only, and merges early ones into other events, so they
// are read from the stanza itself.
import type { BinaryNode } from 'baileys';

export type Ack =
  | { kind: 'accepted'; at: number }
  | { kind: 'refused'; code: number; at: number }
  | { kind: 'timed_out' }
  | { kind: 'connection_lost' };

export class Acks {
  readonly #waiting = new Map<string, Set<(ack: Ack) => void>>();
  readonly #onLate: (id: string, ack: Ack) => void;

  /** @param onLate for an acknowledgement that nobody waits for any more */
  constructor(onLate: (id: string, ack: Ack) => void) {
    this.#onLate = onLate;
  }

  /** To be called before the message is written: the answer may be there before the write returns. */
  expect(id: string): { within(timeoutMs: number): Promise<Ack>; cancel(): void } {
    let settle: (ack: Ack) => void = () => undefined;
    const answer = new Promise<Ack>((resolve) => (settle = resolve));
    const waiters = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, waiters.add(settle));
    const cancel = (): void => {
      waiters.delete(settle);
      if (waiters.size === 0 && this.#waiting.get(id) === waiters) this.#waiting.delete(id);
    };
    return {
      cancel,
      within: (timeoutMs) => {
        const timer = setTimeout(() => settle({ kind: 'timed_out' }), timeoutMs);
        return answer.finally(() => {
          clearTimeout(timer);
          cancel();
        });
      },
    };
  }

  seen({ attrs }: BinaryNode): void {
    const { id, error, t } = attrs;
    if (!id) return;
    const at = Number(t) > 0 ? Number(t) * 1000 : Date.now();
    const ack: Ack = error ? { kind: 'refused', code: Number(error) || 0, at } : { kind: 'accepted', at };
    const waiters = this.#waiting.get(id);
    if (!waiters) return this.#onLate(id, ack);
    for (const settle of waiters) settle(ack);
  }

  connectionLost(): void {
    for (const waiters of this.#waiting.values()) for (const settle of waiters) settle({ kind: 'connection_lost' });
  }
}
