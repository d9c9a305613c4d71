// What one line asks of the host. Every request names the line's epoch; when the host answers that it is stale, the line is somebody
// else's.
import { setTimeout as pause } from 'node:timers/promises';
import type { Channel } from './channel.js';
import { Fault, LineClosed } from './fault.js';
import type { FoundMessage, HostMethod, HostMethods } from './protocol.js';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

type Params<M extends HostMethod> = Omit<HostMethods[M]['params'], 'lineId' | 'epoch'>;

export class Host {
  #closed = false;
  #sayGone: () => void = () => undefined;
  /** Rejects with LineClosed when the line is closed, or lost. */
  readonly gone: Promise<never>;

  constructor(
    readonly channel: Pick<Channel, 'request'>,
    readonly lineId: string,
    readonly epoch: number,
    private readonly onStale: () => void,
  ) {
    this.gone = new Promise((_, reject) => (this.#sayGone = () => reject(new LineClosed())));
    this.gone.catch(() => undefined);
  }

  get closed(): boolean {
    return this.#closed;
  }

  close(): void {
    this.#closed = true;
    this.#sayGone();
  }

  /** @throws LineClosed, or Fault as the host answered */
  async ask<M extends HostMethod>(method: M, params: Params<M>): Promise<HostMethods[M]['result']> {
    if (this.#closed) throw new LineClosed();
    try {
      const all = { lineId: this.lineId, epoch: this.epoch, ...params } as HostMethods[M]['params'];
      const result = await this.channel.request(method, all);
      if (this.#closed) throw new LineClosed();
      return result;
    } catch (problem) {
      if (problem instanceof Fault && problem.code === 'stale_epoch' && !this.#closed) {
        this.close();
        this.onStale();
      }
      throw this.#closed ? new LineClosed() : problem;
    }
  }

  /** Asks again for as long as the host says that it is worth it. @throws LineClosed, or Fault when it is not */
  async insist<M extends HostMethod>(method: M, params: Params<M>): Promise<HostMethods[M]['result']> {
    for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
      try {
        return await this.ask(method, params);
      } catch (problem) {
        if (!(problem instanceof Fault) || !problem.retryable) throw problem;
      }
      await pause(wait, undefined, { ref: false });
    }
  }

  find(params: Params<'message.find'>): Promise<FoundMessage> {
    return this.insist('message.find', params);
  }
}
