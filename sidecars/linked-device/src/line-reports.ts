// What a connection brings, told to the host: receipts, late answers, messages that were not decrypted here; and what the host knows, for
// Baileys.
import type { BinaryNode, proto, WAMessage, WAMessageKey } from 'baileys';
import type { Ack } from './acks.js';
import { findChat } from './addresses.js';
import { eventsOf } from './content-in.js';
import { protoOf } from './content-out.js';
import type { Host } from './host.js';
import type { Journal } from './journal.js';
import { Names } from './names.js';
import { PhoneHistory, type PhoneHistoryOf } from './phone-history.js';
import type { LineEvent } from './protocol.js';
import { Progress, receiptEvents } from './receipts.js';
import { RecentStanzas } from './recent.js';

export interface ReportsOf extends PhoneHistoryOf {
  host: Host;
  ctaUrlNative: boolean;
  tell(event: LineEvent): void;
  /** Asks WhatsApp. */
  subjectOf(groupId: string): Promise<string>;
}

export class Reports {
  /** Messages whose every part was opened, and what they say told: when one comes again, its ratchet is spent. */
  readonly opened = new RecentStanzas();
  readonly history: PhoneHistory;
  readonly #of: ReportsOf;
  readonly #names = new Names();
  readonly #progress = new Progress();
  #receipts: Promise<unknown> = Promise.resolve();

  constructor(of: ReportsOf) {
    this.#of = of;
    this.history = new PhoneHistory(of);
  }

  /** Receipts reach Baileys, which acknowledges them, after the host has them. */
  receipt(node: BinaryNode): Promise<void> {
    const news = receiptEvents(node, this.#of.own()).map((event) => (event.kind === 'receipt' ? this.#progress.news(event) : event));
    const told = news.filter((event) => event !== null).map((event) => this.#of.events.publish(event));
    const all = Promise.all([this.#receipts, ...told]);
    this.#receipts = all.catch(() => undefined);
    return all.then(() => undefined);
  }

  /** What Baileys tells beside messages. */
  happened(event: LineEvent): void {
    if (event.kind !== 'name' || this.#names.isNews(event)) this.#of.tell(event);
  }

  /** Null when WhatsApp does not tell it now. */
  subjectOf(groupId: string): Promise<string | null> {
    return this.#names.subjectOf(groupId, this.#of.subjectOf);
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
      for (const event of eventsOf({ ...message, key }, this.#of.own())) {
        if (event.kind === 'message' && event.chat.groupId) event.chatName = await this.subjectOf(event.chat.groupId);
        this.happened(event);
      }
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
