// The thread of `hash-thread.ts`: hashes the folder that it is given, and says what came of it.
import { parentPort, workerData } from "node:worker_threads";
import { ActionError, explain } from "../lib/errors.ts";
import { hashFolder } from "./hash-folder.ts";
import type { HashAnswer } from "./hash-thread.ts";

function answer(folder: string): HashAnswer {
  try {
    return { hashed: hashFolder(folder) };
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return { code: error.code, message: explain(error), hint: error.hint };
  }
}

const answered = answer(workerData as string);
parentPort?.postMessage(answered, "hashed" in answered ? [answered.hashed.held.buffer] : []);
