// The thread of `hash-thread.ts`: hashes the folder that it is given, and says what came of it.
import { parentPort, workerData } from "node:worker_threads";
import { ActionError, explain } from "../lib/errors.ts";
import { type HashAnswer, separator } from "./hash-answer.ts";
import { hashFolder } from "./hash-folder.ts";

function answer(folder: string): HashAnswer {
  try {
    const { keys, ...hashed } = hashFolder(folder);
    return { keys: keys.join(separator), ...hashed };
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return { code: error.code, message: explain(error), hint: error.hint };
  }
}

const answered = answer(workerData as string);
const passed = "keys" in answered ? [answered.sha256, answered.bytes, answered.held] : [];
parentPort?.postMessage(
  answered,
  passed.flatMap((array) => (array === undefined ? [] : [array.buffer])),
);
