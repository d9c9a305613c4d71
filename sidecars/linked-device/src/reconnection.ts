// When a line connects again. At most one time is planned.

const SHORTEST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 300_000;
/** The longest that a timer of Node takes is 24 days. */
const LONGEST_TIMER_MS = 86_400_000;

export class Reconnection {
  #timer: NodeJS.Timeout | null = null;
  #attempt = 0;

  /** The connection stands: the next one that is lost is tried again soon. */
  succeeded(): void {
    this.#attempt = 0;
  }

  /** With full jitter: lines that lost their connections together do not come back together. */
  next(): { attempt: number; waitMs: number } {
    const attempt = ++this.#attempt;
    const ceiling = Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** Math.min(attempt, 16));
    return { attempt, waitMs: Math.round(SHORTEST_PAUSE_MS + Math.random() * (ceiling - SHORTEST_PAUSE_MS)) };
  }

  after(waitMs: number, work: () => void): void {
    this.cancel();
    this.#timer = setTimeout(work, waitMs);
  }

  at(time: number, work: () => void): void {
    const waitMs = Math.max(0, time - Date.now());
    if (waitMs > LONGEST_TIMER_MS) this.after(LONGEST_TIMER_MS, () => this.at(time, work));
    else this.after(waitMs, work);
  }

  cancel(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
