// WhatsApp addresses: every account has a phone number and a LID, and each of its devices can be addressed by either.
import { jidDecode, jidEncode } from 'baileys';

const HOST = 's.whatsapp.net';

/** The address of the server itself: nobody at its host. */
export const SERVER = `@${HOST}`;

/** @param {{ number: string }} account @param {number} [device] */
export const numberJid = (account, device) => jidEncode(account.number, HOST, device);

/** @param {{ lid: string }} account @param {number} [device] */
export const lidJid = (account, device) => jidEncode(account.lid, 'lid', device);

/** The account's address in the same style as `like`, so that a conversation stays in one style. */
export const jidLike = (like, account, device) => (isLid(like) ? lidJid(account, device) : numberJid(account, device));

export const isLid = (jid) => jid.endsWith('@lid');

export const isGroup = (jid) => jid.endsWith('@g.us');

/** @param {string} jid @returns {{ user: string, device: number }} device 0 also when the address names none */
export function parseJid(jid) {
  const parsed = jidDecode(jid);
  if (!parsed) throw new Error(`Not an address: ${jid}`);
  return { user: parsed.user, device: parsed.device ?? 0 };
}
