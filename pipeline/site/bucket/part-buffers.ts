import { ByteBudget } from "../../kit/byte-budget.ts";

/**
 * Memory for the parts of large files: `mostBytes` in all, whatever the number and size of files, or one part that is
 * larger. That of usual parts is kept for the next ones: new memory for each would be a sixth of a large upload's CPU.
 */
export class PartBuffers {
  readonly #budget: ByteBudget;
  readonly #mostBytes: number;
  readonly #usualBytes: number;
  readonly #kept: Buffer[] = [];
  #lentBytes = 0;

  constructor(mostBytes: number, usualBytes: number) {
    this.#budget = new ByteBudget(mostBytes);
    this.#mostBytes = mostBytes;
    this.#usualBytes = usualBytes;
  }

  /** Lent and kept, in bytes. */
  get heldBytes(): number {
    return this.#lentBytes + this.#kept.length * this.#usualBytes;
  }

  /** Runs `work` with a buffer of so many bytes once there is room for it. Its content is undefined. */
  async lend<T>(bytes: number, work: (buffer: Buffer) => Promise<T>): Promise<T> {
    return this.#budget.spend(bytes, async () => {
      const buffer = this.#take(bytes);
      this.#lentBytes += bytes;
      let isFree = false;
      try {
        const result = await work(buffer);
        // Not after a failure: a connection that broke may still hold it.
        isFree = true;
        return result;
      } finally {
        this.#lentBytes -= bytes;
        if (isFree && bytes === this.#usualBytes) this.#kept.push(buffer);
      }
    });
  }

  #take(bytes: number): Buffer {
    const kept = bytes === this.#usualBytes ? this.#kept.pop() : undefined;
    while (this.#kept.length > 0 && this.heldBytes + bytes > this.#mostBytes) this.#kept.pop();
    return kept ?? Buffer.allocUnsafeSlow(bytes);
  }
}
