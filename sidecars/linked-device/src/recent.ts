// What is remembered of late, and forgotten oldest first.
import type { BinaryNode } from 'baileys';

const MOST_STANZAS = 2_000;

export function keepRecent<T>(map: Map<string, T>, key: string, value: T, most: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > most) for (const oldest of map.keys()) return void map.delete(oldest);
}

export class RecentStanzas {
  readonly #known = new Map<string, true>();

  add(stanza: BinaryNode): void {
    keepRecent(this.#known, keyOf(stanza), true, MOST_STANZAS);
  }

  has(stanza: BinaryNode): boolean {
    return this.#known.has(keyOf(stanza));
  }
}

/** Ids are given by their authors. */
const keyOf = ({ attrs: { from, participant, id } }: BinaryNode): string => `${from} ${participant ?? ''} ${id}`;
