// A program of its own: replays migrations, and writes what it saw of each as a line of a file. Its only argument is the file of its task.
import { appendFileSync, readFileSync } from "node:fs";
import { type ReplayTask, replay } from "./replay.ts";

const task = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as ReplayTask;
await replay(task, (facts) => appendFileSync(task.results, `${JSON.stringify(facts)}\n`));
process.exit(0);
