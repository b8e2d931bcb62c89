import type { Clock } from "../../kit/clock.ts";
import { formatBytes } from "../../kit/format-bytes.ts";
import type { Runner } from "../../kit/runner.ts";

/** Where a line now and then says how far a long upload is. */
export interface ProgressLog {
  readonly runner: Pick<Runner, "info">;
  readonly clock: Clock;
}

const showEveryMs = 2000;

/** Counts what was sent of so many files, and says so. */
export class UploadProgress {
  readonly #files: number;
  readonly #log: ProgressLog;
  #filesDone = 0;
  #bytesSent = 0;
  #shownAt: number;

  constructor(files: number, log: ProgressLog) {
    this.#files = files;
    this.#log = log;
    this.#shownAt = log.clock.now().getTime();
  }

  bytesSent(bytes: number): void {
    this.#bytesSent += bytes;
    this.#show();
  }

  fileDone(): void {
    this.#filesDone += 1;
    this.#show();
  }

  #show(): void {
    const now = this.#log.clock.now().getTime();
    if (now - this.#shownAt < showEveryMs) return;
    this.#shownAt = now;
    this.#log.runner.info(
      `  ${this.#filesDone} of ${this.#files} files, ${formatBytes(this.#bytesSent)} sent`,
    );
  }
}
