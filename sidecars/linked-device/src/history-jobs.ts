// What the phone has announced of its past, until the host has all of it. The announcements are kept with the line's keys, so that each can
// be confirmed to WhatsApp at once and is worked off later, by this process or by the next one.
import { proto } from 'baileys';
import type { KeyStore } from './key-store.js';
import { Turns } from './turns.js';

export type Announcement = proto.Message.IHistorySyncNotification;

const MOST_ANNOUNCEMENTS = 1_000;
const TYPE = 'history';
const LIST = { type: 'history-list', id: 'main' } as const;

export class HistoryJobs {
  readonly #keys: Pick<KeyStore, 'fetch' | 'put'>;
  readonly #turns = new Turns();
  /** Ids in order; null until they were read. */
  #ids: string[] | null = null;

  constructor(keys: Pick<KeyStore, 'fetch' | 'put'>) {
    this.#keys = keys;
  }

  /** Resolves when it is durable. False when there are too many already. */
  add(id: string, announcement: Announcement): Promise<boolean> {
    return this.#turns.take(async () => {
      const ids = await this.#all();
      if (ids.includes(id)) return true;
      if (ids.length >= MOST_ANNOUNCEMENTS) return false;
      const bytes = Buffer.from(proto.Message.HistorySyncNotification.encode(announcement).finish());
      await this.#replace([...ids, id], { type: TYPE, id, value: bytes.toString('base64') });
      return true;
    });
  }

  /** The oldest one. */
  first(): Promise<{ id: string; announcement: Announcement } | null> {
    return this.#turns.take(async () => {
      for (let ids = await this.#all(); ids[0] !== undefined; ids = await this.#all()) {
        const [id] = ids;
        const bytes = await this.#keys.fetch(TYPE, id);
        if (bytes) return { id, announcement: proto.Message.HistorySyncNotification.decode(bytes) };
        await this.#replace(ids.slice(1));
      }
      return null;
    });
  }

  done(id: string): Promise<void> {
    return this.#turns.take(async () => {
      const ids = await this.#all();
      await this.#replace(
        ids.filter((one) => one !== id),
        { type: TYPE, id, value: null },
      );
    });
  }

  /** The device is gone, and its keys with it. */
  forget(): void {
    this.#ids = null;
  }

  async #all(): Promise<string[]> {
    if (this.#ids) return this.#ids;
    const list = await this.#keys.fetch(LIST.type, LIST.id);
    return (this.#ids = list ? (JSON.parse(list.toString('utf8')) as string[]) : []);
  }

  async #replace(ids: string[], ...more: { type: string; id: string; value: string | null }[]): Promise<void> {
    const value = ids.length > 0 ? Buffer.from(JSON.stringify(ids)).toString('base64') : null;
    await this.#keys.put([...more, { ...LIST, value }]);
    this.#ids = ids;
  }
}
