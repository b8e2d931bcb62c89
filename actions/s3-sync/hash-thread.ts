import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { ActionError } from "../lib/errors.ts";
import { type HashAnswer, separator } from "./hash-answer.ts";
import type { HashedFolder } from "./hash-folder.ts";

/** A folder that is being hashed while this thread does other things. */
export interface Hashing extends AsyncDisposable {
  readonly folder: string;
  /** Rejects with `SourceUnreadable`. */
  readonly hashed: Promise<HashedFolder>;
}

/** Begins to hash a folder in a thread of its own. */
export function hashInThread(folder: string): Hashing {
  // Bundled, the action and its worker are two files of actions/dist.
  const file = import.meta.url.endsWith(".ts") ? "./hash-worker.ts" : "./s3-sync-hash-worker.js";
  const worker = new Worker(new URL(file, import.meta.url), { workerData: folder });
  const hashed = once(worker, "message").then(([answer]: HashAnswer[]) => {
    if (answer !== undefined && "keys" in answer) {
      const { keys, ...hashed } = answer;
      return { keys: keys === "" ? [] : keys.split(separator), ...hashed };
    }
    const { code = "SourceUnreadable", message = "", hint } = answer ?? {};
    throw new ActionError(code, message, hint === undefined ? {} : { hint });
  });
  // Whoever awaits it learns of its failure.
  hashed.catch(() => undefined);
  return { folder, hashed, [Symbol.asyncDispose]: async () => void (await worker.terminate()) };
}
