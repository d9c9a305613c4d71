// WhatsApp addresses: every account has a phone number and a LID, and each of its devices can be addressed by either.
import { jidDecode, jidEncode } from 'baileys';

const HOST = 's.whatsapp.net';

/** The address of the server itself: nobody at its host. */
export const SERVER = `@${HOST}`;

/** @typedef {{ number: string, lid: string }} Addressed */

/** @param {Addressed} account @param {number} [device] */
export const numberJid = (account, device) => jidEncode(account.number, HOST, device);

/** @param {Addressed} account @param {number} [device] */
export const lidJid = (account, device) => jidEncode(account.lid, 'lid', device);

/** The account's address in the same style as `like`, so that a conversation stays in one style. */
export const jidLike = (like, account, device) => (isLid(like) ? lidJid(account, device) : numberJid(account, device));

export const isLid = (jid) => jid.endsWith('@lid');

export const isGroup = (jid) => jid.endsWith('@g.us');

/** @param {string} jid @returns {{ user: string, server: string, device: number, namesDevice: boolean }} */
export function parseJid(jid) {
  const parsed = jidDecode(jid);
  if (!parsed) throw new Error(`Not an address: ${jid}`);
  return { user: parsed.user, server: parsed.server, device: parsed.device ?? 0, namesDevice: parsed.device !== undefined };
}
