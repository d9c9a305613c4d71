// Groups, as far as messages need them: who is in, and what the group is called.
import { lidJid, numberJid } from './jids.mjs';
import { Refusal } from './refusal.mjs';
import { notification, stanza, unixSeconds } from './stanzas.mjs';

/** @param {import('./iq.mjs').Query} query */
export function describeGroup({ server, connection, node }) {
  const group = server.directory.groups.get(node.attrs.to);
  if (!group) throw new Refusal(404, 'item-not-found', `There is no group ${node.attrs.to}`);
  if (!group.members.includes(connection.account)) throw new Refusal(403, 'forbidden', 'Only members may ask');
  return [groupNode(group)];
}

/** @param {import('./iq.mjs').Query} query */
export const participating = ({ server, connection }) => {
  const mine = [...server.directory.groups.values()].filter(({ members }) => members.includes(connection.account));
  return [stanza('groups', {}, mine.map(groupNode))];
};

/** A new group, or a new subject, is told to every device of its members. */
export function announceGroup(server, group, change) {
  const [owner] = group.members;
  const seconds = unixSeconds();
  const child =
    change === 'create'
      ? stanza('create', {}, [groupNode(group)])
      : stanza('subject', { subject: group.subject, s_t: seconds, s_o: lidJid(owner) });
  const attrs = { from: group.id, participant: lidJid(owner), participant_pn: numberJid(owner), notify: owner.name };
  for (const member of group.members) {
    for (const device of member.companions) server.deliver(member, device, notification('w:gp2', [child], attrs));
  }
}

/** @param {import('./directory.mjs').Group} group */
function groupNode({ id, subject, members, createdAt }) {
  const seconds = String(Math.floor(createdAt / 1000));
  const [owner] = members;
  const attrs = { id: id.split('@')[0], subject, s_t: seconds, s_o: lidJid(owner), creation: seconds, creator: lidJid(owner) };
  const participants = members.map((member) =>
    stanza('participant', { jid: lidJid(member), phone_number: numberJid(member), ...(member === owner ? { type: 'superadmin' } : {}) }),
  );
  return stanza('group', { ...attrs, addressing_mode: 'lid', size: String(members.length) }, participants);
}
