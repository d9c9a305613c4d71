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
  /** Not one promise that all of them race with: it would keep every one of them for as long as the line lives. */
  readonly #waiting = new Set<(end: LineClosed) => void>();

  constructor(
    readonly channel: Pick<Channel, 'request'>,
    readonly lineId: string,
    readonly epoch: number,
    private readonly onStale: () => void,
  ) {}

  get closed(): boolean {
    return this.#closed;
  }

  close(): void {
    this.#closed = true;
    for (const end of this.#waiting) end(new LineClosed());
    this.#waiting.clear();
  }

  /** What the work brings; but LineClosed as soon as the line is closed, or lost. */
  orGone<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const settled = (): unknown => this.#waiting.delete(reject);
      if (this.#closed) reject(new LineClosed());
      else this.#waiting.add(reject);
      work.then(resolve, reject).finally(settled);
    });
  }

  /** @throws LineClosed, or Fault as the host answered */
  async ask<M extends HostMethod>(method: M, params: Params<M>): Promise<HostMethods[M]['result']> {
    if (this.#closed) throw new LineClosed();
    try {
      const all = { lineId: this.lineId, epoch: this.epoch, ...params } as HostMethods[M]['params'];
      const result = await this.orGone(this.channel.request(method, all));
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
      await this.orGone(pause(wait, undefined, { ref: false }));
    }
  }

  find(params: Params<'message.find'>): Promise<FoundMessage> {
    return this.insist('message.find', params);
  }
}
