// Migrates in a process of its own, for the test that kills it; says when the migration's first statement has been sent.
import { recordedContext } from "../kit/context-fixture.ts";
import { type MigrateOptions, migrateSchema } from "./migrate.ts";

const context = recordedContext({ runId: 99 });
const runner = {
  ...context.runner,
  info: (line: string) => {
    if (line.includes("pg_sleep")) setTimeout(() => console.log("running"), 200);
  },
};
const options = JSON.parse(process.argv[2] ?? "") as Omit<MigrateOptions, "context">;
await migrateSchema({ ...options, context: { ...context, runner } });
