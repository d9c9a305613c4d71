// A device that finds a file gone from the media host asks its own phone for it; the phone brings the file again, to a new place.
import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { normalizeMessageContent, proto } from 'baileys';
import { numberJid } from './jids.mjs';
import { childOf, notification, stanza } from './stanzas.mjs';

const { ResultType } = proto.MediaRetryNotification;

/**
 * @param {import('./server.mjs').WireServer} server
 * @param {import('./directory.mjs').Account} account
 * @param {import('./directory.mjs').Device} device
 * @param {import('./stanzas.mjs').BinaryNode} receipt of the type server-error
 */
export function answerMediaRetry(server, account, device, receipt) {
  const { id } = receipt.attrs;
  const wanted = childOf(receipt, 'rmr');
  const media = mediaOf(account.phone.find(id)?.message);
  const directPath = media && server.media.renew(media.directPath);
  const answer = directPath
    ? [stanza('encrypt', {}, encrypted(id, media.mediaKey, { stanzaId: id, directPath, result: ResultType.SUCCESS }))]
    : [stanza('error', { code: String(ResultType.NOT_FOUND) })];
  server.deliver(account, device, notification('mediaretry', [...answer, wanted], { from: numberJid(account), id }));
}

const mediaOf = (message) => Object.values(normalizeMessageContent(message) ?? {}).find((part) => part?.mediaKey && part.directPath);

function encrypted(id, mediaKey, content) {
  const key = Buffer.from(hkdfSync('sha256', mediaKey, '', 'WhatsApp Media Retry Notification', 32));
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(id));
  const sealed = Buffer.concat([cipher.update(proto.MediaRetryNotification.encode(content).finish()), cipher.final(), cipher.getAuthTag()]);
  return [stanza('enc_p', {}, sealed), stanza('enc_iv', {}, iv)];
}
