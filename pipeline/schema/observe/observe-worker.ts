// A program of its own: replays migrations, and writes what it saw of each as a line of a file. Its only argument is the file of its task.
import { appendFileSync, readFileSync } from "node:fs";
import type { ReplayDatabase, Replayed } from "./replay.ts";
import { replay } from "./replay.ts";

const { migrations, database, results } = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as {
  readonly migrations: readonly Replayed[];
  readonly database: ReplayDatabase;
  readonly results: string;
};
await replay(migrations, database, (facts) =>
  appendFileSync(
    results,
    `${JSON.stringify(facts)}
`,
  ),
);
process.exit(0);
