import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { LocalError } from "./errors.ts";
import { startTimeOf } from "./processes.ts";

interface Holder {
  readonly pid: number;
  /** Distinguishes the process from a later one with the same pid. */
  readonly startTime: string;
}

/** The process that runs the stack of that lock, if it is alive. */
export function stackHolder(file: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(file, "utf8")) as Holder;
    return startTimeOf(holder.pid) === holder.startTime ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** Makes this process the one that runs the stack. Throws `AlreadyRunning` when another does, which one may `push` to. */
export function lockStack(file: string, push: string): { release(): void } {
  mkdirSync(dirname(file), { recursive: true });
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify({ pid: process.pid, startTime: startTimeOf(process.pid) }));
  try {
    for (;;) {
      try {
        // A link either makes the whole file appear under its name or fails: nobody reads half a lock.
        linkSync(own, file);
        return { release: () => rmSync(file, { force: true }) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const holder = stackHolder(file);
      if (holder !== undefined) {
        throw new LocalError(
          "AlreadyRunning",
          `the stack of this repository is already running (process ${holder.pid})`,
          `use it as it is (\`${push}\`, \`npm run runs\`), or stop it with Ctrl-C in its terminal; where that is gone: kill ${holder.pid}`,
        );
      }
      rmSync(file, { force: true });
    }
  } finally {
    rmSync(own, { force: true });
  }
}
