import { once } from "node:events";
import { availableParallelism } from "node:os";
import { setImmediate as others } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { ActionError } from "../../kit/errors.ts";
import { ownProgram } from "../../kit/own-program.ts";
import { type HashedFolder, type HashJob, hashFiles, openHashJob } from "./hash-folder.ts";
import type { HashAnswer } from "./hash-worker.ts";
import { walkFolder } from "./walk-folder.ts";

/** A folder that is being hashed while this thread does other things. */
export interface Hashing extends AsyncDisposable {
  readonly folder: string;
  /** Of its files, sorted; none where the folder cannot be read. */
  readonly keys: readonly string[];
  /**
   * All of it, hashed. From the first call on this thread hashes too, whenever it has nothing else to do. Rejects with
   * `SourceUnreadable`.
   */
  hashed(): Promise<HashedFolder>;
}

/** A thread takes as much CPU to start as several thousand small files to hash. */
const filesPerThread = 4000;

/** Walks a folder, and begins to hash it in threads of its own; one core is left for the thread that calls it. */
export function hashInThreads(
  folder: string,
  mostThreads = Math.min(availableParallelism() - 1, 4),
): Hashing {
  // It starts while the folder is walked.
  const threads = mostThreads > 0 ? [startThread()] : [];
  let keys: readonly string[] = [];
  let job: HashJob | undefined;
  const begin = async (): Promise<HashJob> => {
    keys = walkFolder(folder);
    job = openHashJob(folder, keys);
    const worthwhile = Math.ceil(keys.length / filesPerThread);
    while (threads.length < Math.min(worthwhile, mostThreads)) threads.push(startThread());
    await Promise.all(threads.map((thread) => runThread(thread, job as HashJob)));
    return job;
  };
  const begun = begin();
  // Whoever asks for the hashes learns of its failure.
  begun.catch(() => undefined);
  const hashed = async (): Promise<HashedFolder> => {
    if (job !== undefined) {
      for (const _ of hashFiles(job)) await others();
    }
    return { ...(await begun), keys };
  };
  const end = async (): Promise<void> => {
    await Promise.all(threads.map((thread) => thread.terminate()));
  };
  return { folder, keys, hashed, [Symbol.asyncDispose]: end };
}

function startThread(): Worker {
  return new Worker(ownProgram(import.meta.url, "hash-worker"), {
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  });
}

async function runThread(thread: Worker, job: HashJob): Promise<void> {
  thread.postMessage(job);
  const [answer] = (await once(thread, "message")) as [HashAnswer];
  if (answer === "done") return;
  const { code, message, hint } = answer;
  throw new ActionError(code, message, hint === undefined ? {} : { hint });
}
