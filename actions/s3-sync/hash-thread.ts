import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { ActionError, type ErrorCode } from "../lib/errors.ts";
import type { HashedFolder } from "./hash-folder.ts";

/** Errors lose their class on the way between threads. */
export type HashAnswer =
  | { readonly hashed: HashedFolder }
  | { readonly code: ErrorCode; readonly message: string; readonly hint: string | undefined };

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
    if (answer !== undefined && "hashed" in answer) return answer.hashed;
    const { code = "SourceUnreadable", message = "", hint } = answer ?? {};
    throw new ActionError(code, message, hint === undefined ? {} : { hint });
  });
  // Whoever awaits it learns of its failure.
  hashed.catch(() => undefined);
  return { folder, hashed, [Symbol.asyncDispose]: async () => void (await worker.terminate()) };
}
