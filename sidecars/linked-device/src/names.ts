// What chats are called, as far as the host knows. WhatsApp names a person with every message and a group with none: of the one the host is
// told once, and the other is asked for once.
import { setTimeout as pause } from 'node:timers/promises';
import type { LineEvent } from './protocol.js';
import { keepRecent } from './recent.js';

const MOST_NAMES = 2_000;
const MOST_NAME_CHARACTERS = 256;
/** A message waits so long for the subject of its group, and then goes on without. */
const ANSWER_MS = 3_000;
const ASK_AGAIN_MS = 60_000;

export class Names {
  readonly #known = new Map<string, string>();
  readonly #refused = new Map<string, number>();
  /** WhatsApp answers no questions about groups until then. */
  #silentUntil = 0;

  /** False when the chat was called so before. */
  isNews({ chat, name }: Extract<LineEvent, { kind: 'name' }>): boolean {
    const id = chat.groupId ?? chat.phoneNumber ?? chat.lid ?? '';
    if (this.#known.get(id) === name) return false;
    keepRecent(this.#known, id, name, MOST_NAMES);
    return true;
  }

  /** The subject of a group; null when WhatsApp does not tell it now. */
  async subjectOf(groupId: string, ask: (groupId: string) => Promise<string>): Promise<string | null> {
    const known = this.#known.get(groupId);
    if (known !== undefined || Date.now() < Math.max(this.#silentUntil, this.#refused.get(groupId) ?? 0)) return known ?? null;
    const answered = ask(groupId).then(
      (subject) => this.#told(groupId, subject),
      () => keepRecent(this.#refused, groupId, Date.now() + ASK_AGAIN_MS, MOST_NAMES),
    );
    const isAnswered = await Promise.race([answered.then(() => true), pause(ANSWER_MS, false, { ref: false })]);
    if (!isAnswered) this.#silentUntil = Date.now() + ASK_AGAIN_MS;
    return this.#known.get(groupId) ?? null;
  }

  #told(groupId: string, subject: string): void {
    // It may have been changed while the answer was on its way.
    if (subject && !this.#known.has(groupId)) keepRecent(this.#known, groupId, subject.slice(0, MOST_NAME_CHARACTERS), MOST_NAMES);
  }
}
