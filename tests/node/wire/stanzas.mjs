// Small helpers around the nodes ("stanzas") that WhatsApp's binary XML carries.
export { getBinaryNodeChild as childOf, getBinaryNodeChildren as childrenOf } from 'baileys';

/** @typedef {import('baileys').BinaryNode} BinaryNode */

/** @returns {BinaryNode} */
export const stanza = (tag, attrs = {}, content = undefined) => ({ tag, attrs, content });

/** @param {BinaryNode} node @returns {BinaryNode[]} */
export const contentsOf = (node) => (Array.isArray(node?.content) ? node.content : []);

export const bigEndian = (value, width) => {
  const bytes = Buffer.alloc(width);
  bytes.writeUIntBE(value, 0, width);
  return bytes;
};

export const unixSeconds = () => String(Math.floor(Date.now() / 1000));
