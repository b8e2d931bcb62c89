import { ActionError, explain } from "../../kit/errors.ts";
import { sqlState } from "../database/database-errors.ts";
import type { MigrationTask } from "./execute.ts";

type FailedTask = Pick<MigrationTask, "module" | "direction">;

/** Why a migration was given up that other sessions kept from the locks it needs. */
export function noLock(
  cause: unknown,
  { module, direction }: FailedTask,
  tries: number,
  blocker: string | undefined,
): ActionError {
  return new ActionError(
    "DatabaseBusy",
    `migration "${module.entry.name}" (${direction}) got no lock in ${tries} tries${blocker ? `; in its way: ${blocker}` : ""}`,
    {
      hint: "end the transaction that is in the way, or run again when the database is quieter; nothing of the migration is in the database",
      cause,
    },
  );
}

const remedies: Readonly<Record<string, string>> = {
  "25001": "export `transaction = false` from the migration, and keep it to this one statement",
  "25P03": "keep other work than SQL out of migrations: the transaction was idle for too long",
  "28P01":
    "run the job again: the password was rotated while the migrations ran, and the new one is not known yet",
  "42501":
    "give the user that the database's address names the right that is missing: it has to own the schema",
  "42701": "the column is there already: somebody changed the schema by hand, or a migration was renamed",
  "42P07": "the table is there already: somebody changed the schema by hand, or a migration was renamed",
  "55P04": "add the value to the type in a migration of its own, before the one that uses it",
  "57014":
    "the statement took longer than `statement-timeout-seconds`: split it into batches, or raise the limit",
};

/** Why a migration failed: its name, the database's own words, the statement, and a remedy where one is known. */
export function describeMigrationError(error: unknown, { module, direction }: FailedTask): ActionError {
  const { name } = module.entry;
  const state = sqlState(error);
  const { sql, parent } = (error ?? {}) as { sql?: string; parent?: { detail?: string; hint?: string } };
  const details: Record<string, string> = {
    ...(state === "" ? {} : { code: state }),
    ...(typeof sql === "string" ? { statement: sql.replace(/\s+/g, " ").slice(0, 500) } : {}),
    ...(parent?.detail ? { detail: parent.detail } : {}),
  };
  // The cause's text is in the message already; given as cause it would be printed twice.
  return new ActionError("MigrationFailed", `migration "${name}" failed (${direction}): ${explain(error)}`, {
    hint:
      remedies[state] ??
      parent?.hint ??
      "correct the migration; nothing of it is in the database, so the next run tries it again",
    details,
  });
}
