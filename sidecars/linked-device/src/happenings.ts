// What Baileys tells beside messages, as events of the line: names, addresses, and chats read elsewhere.
import type { BaileysEventEmitter } from 'baileys';
import { findChat, lidOf, phoneOf } from './addresses.js';
import type { LineEvent, OwnIdentity } from './protocol.js';

const MOST_NAME_CHARACTERS = 256;

export function listenToHappenings(ev: BaileysEventEmitter, own: () => OwnIdentity | null, tell: (event: LineEvent) => void): void {
  const named = (jid: string | null | undefined, name: string | null | undefined): void => {
    const chat = jid ? findChat({ remoteJid: jid }, own()) : null;
    if (chat && name) tell({ kind: 'name', at: Date.now(), chat, name: name.slice(0, MOST_NAME_CHARACTERS) });
  };
  ev.on('groups.update', (groups) => groups.forEach(({ id, subject }) => named(id, subject)));
  ev.on('groups.upsert', (groups) => groups.forEach(({ id, subject }) => named(id, subject)));
  ev.on('contacts.upsert', (contacts) => contacts.forEach(({ id, notify, name }) => named(id, notify ?? name)));
  ev.on('contacts.update', (contacts) => contacts.forEach(({ id, notify }) => named(id, notify)));
  ev.on('chats.update', (chats) => {
    for (const { id, unreadCount } of chats) {
      const chat = unreadCount === 0 && id ? findChat({ remoteJid: id }, own()) : null;
      if (chat) tell({ kind: 'chat_read', at: Date.now(), chat });
    }
  });
  ev.on('lid-mapping.update', ({ pn, lid: hidden }) => {
    const [phoneNumber, lid] = [phoneOf(pn), lidOf(hidden)];
    if (phoneNumber && lid) tell({ kind: 'identity_link', at: Date.now(), phoneNumber, lid });
  });
}
