// A certificate authority and a server certificate for the media host, made anew at every start. Node signs but cannot build certificates,
// so the few structures of X.509 that are needed are written out here.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const DAY_MS = 86_400_000;
const SERIAL_BYTES = 16;
const OID = {
  commonName: '550403',
  ecdsaWithSha256: '2a8648ce3d040302',
  basicConstraints: '551d13',
  keyUsage: '551d0f',
  subjectAltName: '551d11',
};
const KEY_USAGE = { signCertificates: 0x04, signAndAgree: 0x80 };

function der(tag, ...contents) {
  const body = Buffer.concat(contents);
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const length = body.length.toString(16);
  const bytes = Buffer.from(length.padStart(length.length + (length.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | bytes.length]), bytes, body]);
}

const sequence = (...items) => der(0x30, ...items);
const oid = (hex) => der(0x06, Buffer.from(hex, 'hex'));
const octets = (content) => der(0x04, content);
const bits = (content, unused = 0) => der(0x03, Buffer.from([unused]), content);
const TRUE = der(0x01, Buffer.from([0xff]));
const utcTime = (date) => der(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`));
const commonName = (name) => sequence(der(0x31, sequence(oid(OID.commonName), der(0x0c, Buffer.from(name)))));
const critical = (id, content) => sequence(oid(id), TRUE, octets(content));

function certificate({ subject, issuer, publicKey, signingKey, extensions }) {
  const now = Date.now();
  // A leading one bit would make the number negative.
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(SERIAL_BYTES - 1)]);
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    algorithm,
    commonName(issuer),
    sequence(utcTime(new Date(now - DAY_MS)), utcTime(new Date(now + 30 * DAY_MS))),
    commonName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const whole = sequence(body, algorithm, bits(sign('sha256', body, signingKey)));
  return `-----BEGIN CERTIFICATE-----\n${whole.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

/** @param {string[]} names DNS names of the server @returns {{ authority: string, certificate: string, key: string }} as PEM */
export function makeCertificate(names) {
  const authorityKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const serverKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = `Test authority ${createHash('sha256').update(randomBytes(8)).digest('hex').slice(0, 8)}`;
  const authority = certificate({
    subject: issuer,
    issuer,
    publicKey: authorityKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    extensions: [
      critical(OID.basicConstraints, sequence(TRUE)),
      critical(OID.keyUsage, bits(Buffer.from([KEY_USAGE.signCertificates]), 2)),
    ],
  });
  const alternativeNames = sequence(...names.map((name) => der(0x82, Buffer.from(name))), der(0x87, Buffer.from([127, 0, 0, 1])));
  const server = certificate({
    subject: names[0],
    issuer,
    publicKey: serverKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    extensions: [
      critical(OID.keyUsage, bits(Buffer.from([KEY_USAGE.signAndAgree]), 7)),
      sequence(oid(OID.subjectAltName), octets(alternativeNames)),
    ],
  });
  return { authority, certificate: server, key: serverKeys.privateKey.export({ type: 'pkcs8', format: 'pem' }) };
}
