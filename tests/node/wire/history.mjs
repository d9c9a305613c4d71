// The history that a phone hands to a newly linked device: HistorySync blobs, announced one by one in messages from the phone.
import { readFile, unlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { encryptedStream, proto } from 'baileys';
import { lidJid, numberJid } from './jids.mjs';

const { HistorySyncType } = proto.HistorySync;
const MESSAGES_A_BLOB = 50;

const compress = promisify(deflate);

/**
 * @typedef {object} History
 * @property {{ with: string, name?: string, messages: { id: string, fromMe?: boolean, text: string, at: number }[] }[]} chats
 *   `with` is a phone number, `at` epoch seconds
 * @property {number} [messagesABlob]
 * @property {boolean} [files] all blobs but the first are files on the media host
 */

/** @param {import('./server.mjs').WireServer} server @returns {Promise<proto.IMessage[]>} */
export async function historyMessages(server, account) {
  const blobs = blobsOf(server.directory, account);
  const messages = [];
  for (const [index, blob] of blobs.entries()) {
    const progress = Math.round(((index + 1) / blobs.length) * 100);
    const syncType = index === 0 ? HistorySyncType.INITIAL_BOOTSTRAP : HistorySyncType.RECENT;
    const bytes = await compress(proto.HistorySync.encode({ ...blob, syncType, chunkOrder: index + 1, progress }).finish());
    // The first blob comes inside the message, as clients ask for it; the others may be files on the media host.
    const isFile = index > 0 && account.history.files;
    const file = isFile ? await upload(server.media, bytes) : { initialHistBootstrapInlinePayload: bytes };
    const historySyncNotification = { ...file, syncType, chunkOrder: index + 1, progress };
    messages.push({ protocolMessage: { type: proto.Message.ProtocolMessage.Type.HISTORY_SYNC_NOTIFICATION, historySyncNotification } });
  }
  return messages;
}

function blobsOf(directory, account) {
  const { chats = [], messagesABlob = MESSAGES_A_BLOB } = account.history ?? {};
  const blobs = [];
  for (const chat of chats) {
    const peer = directory.register(chat.with, chat.name);
    for (let start = 0; start < chat.messages.length; start += messagesABlob) {
      const messages = chat.messages.slice(start, start + messagesABlob).map((one) => ({ message: historic(peer, one) }));
      const conversation = { id: lidJid(peer), pnJid: numberJid(peer), lidJid: lidJid(peer), name: peer.name, messages };
      const phoneNumberToLidMappings = [{ pnJid: numberJid(peer), lidJid: lidJid(peer) }];
      blobs.push({ conversations: [conversation], phoneNumberToLidMappings });
    }
  }
  return blobs.length ? blobs : [{ conversations: [] }];
}

const historic = (peer, { id, fromMe = false, text, at }) => ({
  key: { remoteJid: lidJid(peer), fromMe, id },
  message: { conversation: text },
  messageTimestamp: at,
});

async function upload(media, bytes) {
  const { mediaKey, encFilePath, fileSha256, fileEncSha256, fileLength } = await encryptedStream(bytes, 'md-msg-hist');
  const ciphertext = await readFile(encFilePath);
  await unlink(encFilePath);
  const { direct_path: directPath } = media.store(fileEncSha256.toString('base64url'), ciphertext);
  return { mediaKey, fileSha256, fileEncSha256, fileLength, directPath };
}
