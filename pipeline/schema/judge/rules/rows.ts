// What changes rows of tables that were there before.
import type { StatementFacts } from "../facts.ts";
import { isAtLeast, type Rule, unlessContract } from "../rule.ts";

export const rowRules: readonly Rule[] = [
  {
    id: "all-rows",
    lock: "RowExclusive",
    find: ({ statements }) =>
      statements.flatMap((statement) => {
        const table = changedTable(statement);
        if (table === undefined || /\bWHERE\b/i.test(statement.sql)) return [];
        return [
          {
            severity: "error",
            message: `changes every row of ${table} at once: each stays locked until the transaction ends, and the table grows by its size`,
            on: { table },
            statement,
          },
        ];
      }),
  },
  {
    id: "rows-with-locks",
    find: ({ statements }) =>
      statements.flatMap((statement) => {
        const locked = statement.held.find(({ mode }) => isAtLeast(mode, "Share"));
        const isOfRows =
          changedTable(statement) !== undefined || /^INSERT\b.*\bSELECT\b/is.test(statement.sql);
        if (locked === undefined || !isOfRows) return [];
        return [
          {
            severity: statement.scans.length > 0 ? "error" : "warn",
            message: `changes rows while the same transaction has ${locked.table} locked (${locked.mode}): others wait for as long as that takes`,
            on: { table: locked.table },
            statement,
          },
        ];
      }),
  },
  {
    id: "truncate",
    lock: "AccessExclusive",
    find: ({ statements, phase }) =>
      statements
        .filter(({ sql }) => /^TRUNCATE\b/i.test(sql))
        .flatMap((statement) =>
          statement.rewrites.map((table) => ({
            severity: unlessContract(phase, "warn"),
            message: `empties ${table}: the release before still reads it, and no way leads back to its rows`,
            on: { table },
            statement,
          })),
        ),
  },
];

const identifier = String.raw`(?:"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)`;
const change = new RegExp(
  String.raw`\b(?:UPDATE|DELETE\s+FROM)\s+(?:ONLY\s+)?(?<table>${identifier}(?:\.${identifier})?)`,
  "iu",
);

/** The existing table whose rows an UPDATE or DELETE changes. */
function changedTable({ sql, held }: StatementFacts): string | undefined {
  if (!/^(UPDATE|DELETE|WITH)\b/i.test(sql)) return undefined;
  const written = change.exec(sql)?.groups?.table;
  const table = written
    ?.replace(/^"?public"?\./i, "")
    .replace(new RegExp(identifier, "gu"), (part) =>
      part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part.toLowerCase(),
    );
  return held.some((lock) => lock.table === table) ? table : undefined;
}
