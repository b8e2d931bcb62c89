import { ActionError, explain } from "../../kit/errors.ts";
import { sqlState } from "../database/database-errors.ts";
import { shownMessage, shownText } from "../database/shown-text.ts";
import { shownSql } from "../database/sql-text.ts";
import { StepFailed, StepLost } from "../process/outcomes.ts";
import type { Leftovers } from "./leftovers.ts";
import type { MigrationTask } from "./task.ts";
import { TransactionEnded } from "./transaction-ended.ts";

type FailedTask = Pick<MigrationTask, "migration" | "direction">;

/** Why a migration was given up that other sessions kept from the locks it needs. */
export function noLock(
  cause: unknown,
  { migration, direction }: FailedTask,
  tries: number,
  blocker: string | undefined,
): ActionError {
  return new ActionError(
    "DatabaseBusy",
    `migration "${migration.entry.name}" (${direction}) got no lock in ${tries} tries${blocker ? `; in its way: ${blocker}` : ""}`,
    {
      hint: "end the transaction that is in the way, or run again when the database is quieter; nothing of the migration is in the database",
      cause,
    },
  );
}

const handMade =
  "somebody changed the schema by hand, or a migration was renamed; an earlier migration may have made it too";

const remedies: Readonly<Record<string, string>> = {
  "25001": "export `transaction = false` from the migration, and keep it to this one statement",
  "25P03": "keep other work than SQL out of migrations: the transaction was idle for too long",
  "28P01":
    "run the job again: the password was rotated while the migrations ran, and the new one is not known yet",
  "42501":
    "give the user that the database's address names the right that is missing: it has to own the schema",
  "25P02":
    "let the error of the statement before it through: the migration caught it, and the transaction is over since",
  "42701": `the column is there already: ${handMade}`,
  "42P07": `a relation of that name is there already: ${handMade}`,
  "55P04": "add the value to the type in a migration of its own, before the one that uses it",
  "57014":
    "the statement took longer than `statement-timeout-seconds`: split it into batches, or raise the limit",
};

/** Why a migration failed: its name, the database's own words, the statement, a remedy where one is known, and what is there now. */
export function describeMigrationError(
  error: unknown,
  { migration, direction }: FailedTask,
  leftovers: Leftovers,
): ActionError {
  const { name } = migration.entry;
  if (error instanceof StepLost) {
    return new ActionError(error.outcome, `migration "${name}" (${direction}) ${shownText(error.message)}`, {
      hint: `${error.remedy}; ${whatIsThere(leftovers)}`,
    });
  }
  const state = sqlState(error);
  const { sql, detail, hint, isError = true } = error instanceof StepFailed ? error.thrown : {};
  const details: Record<string, string> = {
    ...(state === "" ? {} : { code: state }),
    ...(sql === undefined ? {} : { statement: shownSql(sql).slice(0, 500) }),
    ...(detail === undefined ? {} : { detail: shownText(detail) }),
  };
  const said = isError ? shownMessage(explain(error), state) : `it threw ${explain(error)}`;
  const remedy = isError ? (remedyOf(error, state, leftovers) ?? hint) : "throw an Error, which says why";
  // The cause's text is in the message already; given as cause it would be printed twice.
  return new ActionError("MigrationFailed", `migration "${name}" failed (${direction}): ${said}`, {
    hint: `${remedy ?? "correct the migration"}; ${whatIsThere(leftovers)}`,
    details,
  });
}

function remedyOf(error: unknown, state: string, { hasEarlierTry }: Leftovers): string | undefined {
  if (error instanceof TransactionEnded) {
    return "take BEGIN, COMMIT and ROLLBACK out of it; a part that has to be undone alone goes into sequelize.transaction()";
  }
  if (hasEarlierTry && ["42701", "42P07", "42710", "42P06"].includes(state)) {
    return "an earlier try of this migration left it: make the migration repeatable (IF NOT EXISTS), or take by hand out what that try made";
  }
  return remedies[state];
}

function whatIsThere({ changes }: Leftovers): string {
  if (changes === undefined)
    return "the database could not be asked what of it is there: look before you run it again";
  if (changes.length === 0) return "nothing of it is in the database, so the next run tries it again";
  const shown = changes.slice(0, 20).join(", ");
  const more = changes.length > 20 ? ` and ${changes.length - 20} more` : "";
  return `in the database is: ${shown}${more}. The next run begins the migration anew`;
}
