import type { LockedDatabase } from "../database/locked-database.ts";
import type { SchemaOptions } from "../migrate.ts";
import { recordName } from "../migration/file-name.ts";
import {
  fenceStatement,
  historyStatement,
  isRecorded,
  recordStatement,
  tablesToMake,
} from "../migration/records.ts";
import { takeSnapshot } from "../observe/statement-watch.ts";
import { compareShapes, differenceLine } from "./compare-shapes.ts";
import { madeSchema } from "./made-schema.ts";
import { planBaseline, refuseDifferences } from "./plan-baseline.ts";

interface BaselineOptions extends SchemaOptions {
  /** Name of the last migration that the database is to have. */
  readonly to: string;
  /** Path of a dump of the schema, which is compared in place of what the migrations make; "" for none. */
  readonly dump: string;
  /** Names of differences that are meant to be. */
  readonly accepted: readonly string[];
  readonly isDryRun: boolean;
}

/**
 * Marks migrations up to one as applied, in one transaction, after their schema was made anew elsewhere and compared with the database's.
 * Runs none of them. Returns the names that were marked, or would be. Throws `BaselineDiffers`, `BaselineUnknown`.
 */
export async function markBaseline(options: BaselineOptions): Promise<readonly string[]> {
  const { migrations, context, to } = options;
  const { runner } = context;
  const { withLockedDatabase } = await import("../database/locked-database.ts");
  return withLockedDatabase(options.database, options.limits, context, async (database) => {
    const { upTo, marked } = planBaseline(migrations.entries, to, await database.readRecords());
    for (const { name } of marked) runner.info(`mark      ${name}  (up to "${to}", and not on record)`);
    if (marked.length === 0) runner.info(`nothing to mark: all ${upTo.length} are on record`);
    if (marked.length === 0) return [];
    const major = await majorOf(database);
    const made = await madeSchema(migrations, { entries: upTo, dump: options.dump, major }, context);
    const live = await takeSnapshot({ ask: (sql) => database.control.execute(sql) });
    const differences = compareShapes(live, made);
    for (const one of differences) {
      const isAccepted = options.accepted.includes(one.name);
      runner.info(`${isAccepted ? "accepted " : "differs  "} ${differenceLine(one)}`);
    }
    refuseDifferences(differences, options.accepted);
    if (!options.isDryRun) {
      database.refuseUnwritable();
      await record(database, marked, options);
    }
    return marked.map(({ name }) => name);
  });
}

async function majorOf({ control }: LockedDatabase): Promise<number> {
  const [row] = await control.execute("SELECT current_setting('server_version_num')::int / 10000 AS major");
  return Number(row?.major);
}

/** All of them or none: in one transaction, behind the fence that keeps others from recording. */
async function record(
  { control, tables }: LockedDatabase,
  marked: SchemaOptions["migrations"]["entries"],
  { migrations, context }: Pick<SchemaOptions, "migrations" | "context">,
): Promise<void> {
  const author = { release: migrations.release, commit: migrations.commit, run: context.run.url };
  const each = marked.flatMap((entry) => {
    const name = recordName(entry);
    const { sha256, sourceSha256 } = entry;
    const row = {
      name: name.fileName,
      direction: "up",
      status: "succeeded",
      sha256,
      sourceSha256,
      durationMs: 0,
    } as const;
    const isMissing = `NOT ${isRecorded(name)}`;
    return [historyStatement(row, author, isMissing), recordStatement("up", name, isMissing)];
  });
  await control
    .batch(["BEGIN", ...tablesToMake(tables), fenceStatement, ...each, "COMMIT"])
    .catch(async (error: unknown) => {
      await control.execute("ROLLBACK").catch(() => undefined);
      throw error;
    });
}
