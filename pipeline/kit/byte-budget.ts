/** Bytes that may be in memory at once. Whoever asks for more than is left waits, first come, first served. */
export class ByteBudget {
  readonly #most: number;
  #taken = 0;
  readonly #waiting: { readonly bytes: number; readonly begin: () => void }[] = [];

  constructor(mostBytes: number) {
    this.#most = mostBytes;
  }

  /** Runs `work` once there is room for its bytes; what is larger than the whole budget runs alone. */
  async spend<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    if (this.#waiting.length > 0 || !this.#fits(bytes)) {
      await new Promise<void>((begin) => this.#waiting.push({ bytes, begin }));
    } else {
      this.#taken += bytes;
    }
    try {
      return await work();
    } finally {
      this.#taken -= bytes;
      this.#wake();
    }
  }

  #fits(bytes: number): boolean {
    return this.#taken === 0 || this.#taken + bytes <= this.#most;
  }

  #wake(): void {
    for (let next = this.#waiting[0]; next !== undefined && this.#fits(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#taken += next.bytes;
      next.begin();
    }
  }
}
