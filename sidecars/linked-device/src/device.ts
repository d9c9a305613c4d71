// This device as the account knows it: who it is linked as, and how it is taken off the account again.
import type { AuthenticationCreds } from 'baileys';
import { lidOf, phoneOf } from './addresses.js';
import type { Connection } from './connection.js';
import type { OwnIdentity } from './protocol.js';

const REMOVAL_MS = 10_000;

/** Null before the device is linked. */
export function identityOf({ me }: AuthenticationCreds): OwnIdentity | null {
  const phoneNumber = phoneOf(me?.id);
  return me && phoneNumber ? { phoneNumber, lid: lidOf(me.lid), deviceId: me.id } : null;
}

/** @returns whether WhatsApp heard it: it may close the connection instead of an answer */
export async function removeDevice(connection: Connection | null, credentials: AuthenticationCreds | null): Promise<boolean> {
  const jid = credentials?.me?.id;
  if (!connection?.isOpen || !jid) return false;
  const attrs = { to: 's.whatsapp.net', type: 'set', xmlns: 'md' };
  const content = [{ tag: 'remove-companion-device', attrs: { jid, reason: 'user_initiated' } }];
  try {
    await connection.socket.query({ tag: 'iq', attrs, content }, REMOVAL_MS);
    return true;
  } catch {
    return !connection.isOpen;
  }
}
