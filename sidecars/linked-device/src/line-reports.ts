// What a connection brings, told to the host: receipts, late answers, messages that were not decrypted here; and what the host knows, for
// Baileys.
import type { BinaryNode, proto, WAMessage, WAMessageKey } from 'baileys';
import type { Ack } from './acks.js';
import { findChat } from './addresses.js';
import { eventsOf } from './content-in.js';
import { protoOf } from './content-out.js';
import type { Host } from './host.js';
import type { Journal } from './journal.js';
import { PhoneHistory, type PhoneHistoryOf } from './phone-history.js';
import type { LineEvent } from './protocol.js';
import { receiptEvents } from './receipts.js';

export interface ReportsOf extends PhoneHistoryOf {
  host: Host;
  ctaUrlNative: boolean;
  tell(event: LineEvent): void;
}

export class Reports {
  readonly history: PhoneHistory;
  readonly #of: ReportsOf;
  #receipts: Promise<unknown> = Promise.resolve();

  constructor(of: ReportsOf) {
    this.#of = of;
    this.history = new PhoneHistory(of);
  }

  /** Receipts reach Baileys, which acknowledges them, after the host has them. */
  receipt(node: BinaryNode): Promise<void> {
    const told = receiptEvents(node, this.#of.own()).map((event) => this.#of.events.publish(event));
    const all = Promise.all([this.#receipts, ...told]);
    this.#receipts = all.catch(() => undefined);
    return all.then(() => undefined);
  }

  lateAck(id: string, ack: Ack): void {
    if (ack.kind === 'accepted') this.#of.tell({ kind: 'receipt', at: ack.at, providerMessageIds: [id], receipt: 'server' });
    if (ack.kind !== 'refused') return;
    this.#of.tell({ kind: 'receipt', at: ack.at, providerMessageIds: [id], receipt: 'failed', errorCode: String(ack.code) });
  }

  /** Messages that were not decrypted here: notices of groups, missed calls, and what the phone sent again. */
  async messages(messages: readonly WAMessage[], journal: Journal): Promise<void> {
    for (const message of messages) {
      if (journal.wasTold(message.key)) continue;
      const key = await journal.completed(message.key);
      for (const event of eventsOf({ ...message, key }, this.#of.own())) this.#of.tell(event);
    }
  }

  /** Undefined, never empty, when the host does not have it: an empty message would be sent as one. */
  async messageAgain(key: WAMessageKey, journal: Journal): Promise<proto.IMessage | undefined> {
    const chat = findChat(await journal.completed(key), this.#of.own());
    if (!chat || !key.id) return undefined;
    try {
      const found = await this.#of.host.find({ chat, providerMessageId: key.id });
      return found.found ? protoOf(found, { ctaUrlNative: this.#of.ctaUrlNative }) : undefined;
    } catch {
      return undefined;
    }
  }
}
