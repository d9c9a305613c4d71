// What a receipt stanza says to the line: how far its messages came, or that the owner read a chat elsewhere.
import type { BinaryNode } from 'baileys';
import { findChat, isOwn } from './addresses.js';
import type { LineEvent, OwnIdentity, ReceiptEvent, ReceiptKind } from './protocol.js';
import { keepRecent } from './recent.js';

const KINDS: Readonly<Record<string, ReceiptKind>> = { '': 'delivered', delivery: 'delivered', read: 'read', played: 'played' };
const RANKS: Readonly<Record<ReceiptKind, number>> = { failed: 0, server: 1, delivered: 2, read: 3, played: 4 };
const MOST_IDS = 1_000;
const MOST_REMEMBERED = 2_000;

/** Empty for talk between devices, as requests to encrypt a message once more. */
export function receiptEvents({ attrs, content }: BinaryNode, own: OwnIdentity | null): LineEvent[] {
  const { from, recipient, participant, type = '', t } = attrs;
  const at = Number(t) > 0 ? Number(t) * 1000 : Date.now();
  if (type === 'read-self') {
    const chat = findChat({ remoteJid: isOwn(from, own) ? (recipient ?? null) : (from ?? null) }, own);
    return chat ? [{ kind: 'chat_read', at, chat }] : [];
  }
  const receipt = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (!receipt || isOwn(participant ?? from, own)) return [];
  const providerMessageIds = idsOf(attrs.id, content);
  return providerMessageIds.length > 0 ? [{ kind: 'receipt', at, providerMessageIds, receipt }] : [];
}

function idsOf(first: string | undefined, content: BinaryNode['content']): string[] {
  const lists = Array.isArray(content) ? content.filter(({ tag }) => tag === 'list') : [];
  const items = lists.flatMap((list) => (Array.isArray(list.content) ? list.content : []));
  const ids = [first, ...items.map((item) => item.attrs.id)].filter((id): id is string => Boolean(id));
  return [...new Set(ids)].slice(0, MOST_IDS);
}

/**
 * How far messages came, as far as it was told: every device of the other side says it again, and in a group every member. What is
 * forgotten is told once more, which the host can bear.
 */
export class Progress {
  readonly #ranks = new Map<string, number>();

  /** The receipt without the messages that were known to be so far; null when none is left. */
  news(event: ReceiptEvent): ReceiptEvent | null {
    const rank = RANKS[event.receipt];
    const providerMessageIds = event.providerMessageIds.filter((id) => (this.#ranks.get(id) ?? -1) < rank);
    for (const id of providerMessageIds) keepRecent(this.#ranks, id, rank, MOST_REMEMBERED);
    return providerMessageIds.length > 0 ? { ...event, providerMessageIds } : null;
  }
}
