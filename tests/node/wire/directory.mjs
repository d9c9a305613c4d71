// What WhatsApp's servers know: accounts with their numbers, LIDs, devices and public keys, and groups.
import { createHash } from 'node:crypto';
import { Phone } from './phone.mjs';
import { parseJid } from './jids.mjs';
import { Refusal } from './refusal.mjs';

/**
 * @typedef {object} Device
 * @property {number} id 0 is the phone itself
 * @property {Buffer} [key] what the device proves itself with at every login; phones never log in
 * @property {number} registrationId
 * @property {Buffer} identity
 * @property {{ id: number, value: Buffer, signature: Buffer }} signedPreKey
 * @property {{ id: number, value: Buffer }[]} preKeys one-time keys, given away in order
 * @property {boolean} available what the device last said of itself; typing goes to available devices only
 */

export class Account {
  #nextDevice = 1;
  /** @type {Map<number, Device>} */
  devices = new Map();
  /** @type {Phone} */
  phone;
  /** @type {import('./history.mjs').History | null | undefined} what the phone hands to new devices; null is a phone that never does */
  history;
  /** Whoever hides the number writes by LID, and others do not learn the number from that. */
  hidesNumber = false;
  /** @type {{ until: number } | undefined} epoch seconds until which the account may not write to strangers */
  restriction;
  /** @type {Set<Account>} accounts whose devices keep this one's device list */
  peers = new Set([this]);

  constructor(number, name) {
    this.number = number;
    this.name = name;
    // Nothing of the number shows in the LID, so that code which confuses the two cannot pass by luck.
    this.lid = String(BigInt(`0x${createHash('sha256').update(number).digest('hex').slice(0, 12)}`)).padStart(15, '1');
    this.phone = new Phone(this);
    this.devices.set(0, this.phone.device);
  }

  /** @returns {Device[]} */
  get companions() {
    return [...this.devices.values()].filter((device) => device.id !== 0);
  }

  /** An id is never given twice, as WhatsApp does it. */
  reserveDevice() {
    return this.#nextDevice++;
  }
}

export class Directory {
  /** @type {Map<string, Account>} by number and by LID */
  #accounts = new Map();
  /** @type {Map<string, Group>} */
  groups = new Map();

  /** @returns {Account[]} */
  get accounts() {
    return [...new Set(this.#accounts.values())];
  }

  /** The account of a number; it comes to be when first named. */
  register(number, name) {
    if (!/^[1-9]\d{6,14}$/.test(number ?? '')) throw new Refusal(400, 'invalid_number', `Not a phone number in digits: ${number}`);
    let account = this.#accounts.get(number);
    if (!account) {
      account = new Account(number, name ?? number);
      this.#accounts.set(account.number, account);
      this.#accounts.set(account.lid, account);
    } else if (name) {
      account.name = name;
    }
    return account;
  }

  /** @param {string} user a number or LID without its server */
  find(user) {
    return this.#accounts.get(user);
  }

  /** @param {string} number */
  require(number) {
    const account = this.#accounts.get(number);
    if (!account) throw new Refusal(404, 'unknown_phone', `Nobody has the number ${number}`);
    return account;
  }

  /** @param {string} jid @returns {{ account: Account, device: Device } | undefined} */
  locate(jid) {
    const { user, device } = parseJid(jid);
    const account = this.#accounts.get(user);
    const found = account?.devices.get(device);
    return found && { account, device: found };
  }

  /** @param {string} subject @param {Account[]} members the first one owns the group */
  createGroup(subject, members) {
    const group = { id: `1203630000${String(this.groups.size + 1).padStart(8, '0')}@g.us`, subject, members, createdAt: Date.now() };
    this.groups.set(group.id, group);
    return group;
  }

  /** @param {string} id */
  requireGroup(id) {
    const group = this.groups.get(id);
    if (!group) throw new Refusal(404, 'unknown_group', `There is no group ${id}`);
    return group;
  }

  /** @param {Account} account whose number leaves WhatsApp */
  remove(account) {
    this.#accounts.delete(account.number);
    this.#accounts.delete(account.lid);
  }
}

/** @typedef {{ id: string, subject: string, members: Account[], createdAt: number }} Group */
