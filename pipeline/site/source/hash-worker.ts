// A thread of `hash-threads.ts`: waits for its job, hashes files until none is left, and says what came of it.
import { once } from "node:events";
import { type MessagePort, parentPort } from "node:worker_threads";
import { ActionError, type ErrorCode, explain } from "../../kit/errors.ts";
import { type HashJob, hashFiles } from "./hash-folder.ts";

/** What a thread says at its end. Errors lose their class on the way between threads. */
export type HashAnswer =
  | "done"
  | { readonly code: ErrorCode; readonly message: string; readonly hint: string | undefined };

function answer(job: HashJob): HashAnswer {
  try {
    for (const _ of hashFiles(job));
    return "done";
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return { code: error.code, message: explain(error), hint: error.hint };
  }
}

const parent = parentPort as MessagePort;
const [job] = (await once(parent, "message")) as [HashJob];
parent.postMessage(answer(job));
