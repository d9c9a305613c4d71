// Small helpers around the nodes ("stanzas") that WhatsApp's binary XML carries.
import { randomBytes } from 'node:crypto';
import { SERVER } from './jids.mjs';

export { getBinaryNodeChild as childOf, getBinaryNodeChildren as childrenOf } from 'baileys';

/** @typedef {import('baileys').BinaryNode} BinaryNode */

/** @returns {BinaryNode} */
export const stanza = (tag, attrs = {}, content = undefined) => ({ tag, attrs, content });

/** @param {BinaryNode} node @returns {BinaryNode[]} */
export const contentsOf = (node) => (Array.isArray(node?.content) ? node.content : []);

/** Something the server says by itself. */
export const notification = (type, contents, attrs = {}) =>
  stanza('notification', { from: SERVER, type, id: newId(), t: unixSeconds(), ...attrs }, contents);

/** The id of a stanza of the server. */
export const newId = () => randomBytes(4).toString('hex');

export const bigEndian = (value, width) => {
  const bytes = Buffer.alloc(width);
  bytes.writeUIntBE(value, 0, width);
  return bytes;
};

export const unixSeconds = () => String(Math.floor(Date.now() / 1000));
