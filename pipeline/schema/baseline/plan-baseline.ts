import type { MigrationEntry } from "../../bundle/manifest.ts";
import { ActionError } from "../../kit/errors.ts";
import { isRecord, recordName } from "../migration/file-name.ts";
import type { AppliedMigration } from "../migration/records.ts";
import { upTo } from "../named-migrations.ts";
import { differenceLine, type ShapeDifference } from "./compare-shapes.ts";

/** Which migrations a database is said to have. */
export interface BaselinePlan {
  /** Up to and with the last one, in order. */
  readonly upTo: readonly MigrationEntry[];
  /** Those of them that are not on record yet. */
  readonly marked: readonly MigrationEntry[];
}

/** `to` is a name, with or without its ending. Throws `InvalidInputs` where no migration has it. */
export function planBaseline(
  entries: readonly MigrationEntry[],
  to: string,
  records: readonly AppliedMigration[],
): BaselinePlan {
  if (to === "") {
    throw new ActionError("InvalidInputs", 'input "to" is required for operation baseline', {
      hint: "name the last migration that the database has",
    });
  }
  const these = upTo(entries, to);
  const marked = these.filter((entry) => !records.some(({ name }) => isRecord(recordName(entry), name)));
  return { upTo: these, marked };
}

/** Throws `BaselineDiffers`, with every difference that nobody accepted by name, and `InvalidInputs` where one is accepted that is not there. */
export function refuseDifferences(
  differences: readonly ShapeDifference[],
  accepted: readonly string[],
): void {
  const names = new Set(differences.map(({ name }) => name));
  const idle = accepted.filter((name) => !names.has(name));
  if (idle.length > 0) {
    throw new ActionError(
      "InvalidInputs",
      `input "accept-differences" names what does not differ: ${idle.map((name) => `"${name}"`).join(", ")}`,
      { hint: "take it out: what is accepted is what was read" },
    );
  }
  const left = differences.filter(({ name }) => !accepted.includes(name));
  if (left.length === 0) return;
  throw new ActionError(
    "BaselineDiffers",
    `the live database is not what these migrations make: ${left.map(differenceLine).join("; ")}`,
    {
      hint: `mend the migrations, or the database; what is meant to be so is accepted by its name, one per line, in the input \`accept-differences\`: ${left.map(({ name }) => name).join(", ")}`,
    },
  );
}
