import type { ActionContext } from "../../kit/action.ts";
import type { MigrationLimits } from "../database/limits.ts";
import type { LockedDatabase } from "../database/locked-database.ts";
import type { Crew } from "./crew.ts";
import type { MigrationSource } from "./migration-source.ts";
import type { Opened } from "./opening.ts";
import { tablesToMake } from "./records.ts";
import { runMigration } from "./run-migration.ts";

export interface MigrationDone {
  readonly name: string;
  readonly ms: number;
}

interface InOrder {
  readonly database: LockedDatabase;
  readonly crew: Crew;
  readonly limits: MigrationLimits;
  readonly migrations: MigrationSource;
  readonly context: ActionContext;
}

/** Runs the loaded migrations one after the other; resolves with those that nobody else had run meanwhile. */
export async function runInOrder(
  { database, crew, limits, migrations, context }: InOrder,
  direction: "up" | "down",
): Promise<readonly MigrationDone[]> {
  const author = { release: migrations.release, commit: migrations.commit, run: context.run.url };
  const missing = tablesToMake(database.tables);
  if (missing.length > 0) await crew.work.batch(missing);
  const tasks = crew.migrations.map((migration) => ({ migration, direction, author }));
  const done: MigrationDone[] = [];
  let opened: Opened | undefined;
  for (const [index, task] of tasks.entries()) {
    const { name } = task.migration.entry;
    const turn = { task, opened, next: tasks[index + 1] };
    const { outcome, ms, next } = await context.runner.group(
      `${direction === "up" ? "Apply" : "Revert"} ${name}`,
      () => runMigration({ database, crew, limits, context }, turn),
    );
    if (outcome === "done") done.push({ name, ms });
    opened = next;
  }
  return done;
}
