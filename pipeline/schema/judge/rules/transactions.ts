// What a migration does with its transaction, and its way back.
import type { StatementFacts } from "../facts.ts";
import type { Rule } from "../rule.ts";

export const transactionRules: readonly Rule[] = [
  {
    id: "needs-no-transaction",
    find: ({ statements }) =>
      statements.filter(refusedWith("25001")).map((statement) => ({
        severity: "error",
        message: "PostgreSQL refuses this statement in a transaction, or together with others",
        on: { table: "" },
        statement,
      })),
  },
  {
    id: "new-value-used",
    find: ({ statements }) =>
      statements.filter(refusedWith("55P04")).map((statement) => ({
        severity: "error",
        message: "uses a value in the transaction that added it to its type, which PostgreSQL refuses",
        on: { table: "" },
        statement,
      })),
  },
  {
    id: "ends-transaction",
    find: ({ statements }) =>
      statements.filter(refusedWith("2D000")).map((statement) => ({
        severity: "error",
        message: "ends the transaction that it runs in, which holds its record too: the runner refuses that",
        on: { table: "" },
        statement,
      })),
  },
  {
    id: "sets-limits",
    find: ({ statements }) =>
      statements
        .filter(({ sql }) => /^SET\s+((SESSION|LOCAL)\s+)?(lock_timeout|statement_timeout)\b/i.test(sql))
        .map((statement) => ({
          severity: "warn",
          message: "sets a limit of its own: the runner's keep others from waiting behind it",
          on: { table: "" },
          statement,
        })),
  },
  {
    id: "not-repeatable",
    find: ({ secondRun, statements }) =>
      secondRun === undefined
        ? []
        : [
            {
              // What is left of a single one is dropped before it is tried again.
              severity: statements.length < 2 ? "info" : "warn",
              message: `runs in no transaction and cannot run again after it was cut off: ${secondRun}`,
              on: { table: "" },
            },
          ],
  },
  {
    id: "no-way-back",
    find: ({ down }) => {
      const said = {
        missing: "has no down; `down = false` says that it is meant",
        empty: "has a down that does nothing, though up changed the schema",
        declared: undefined,
        right: undefined,
        failed: `has a down that fails: ${down.kind === "failed" ? down.message : ""}`,
        differs: `has a down that does not bring back what was: ${down.kind === "differs" ? down.differences.slice(0, 3).join("; ") : ""}`,
      }[down.kind];
      return said === undefined ? [] : [{ severity: "warn", message: said, on: { table: "" } }];
    },
  },
];

function refusedWith(state: string): (statement: StatementFacts) => boolean {
  return ({ error }) => error?.state === state;
}
