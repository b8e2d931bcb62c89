// What keeps others waiting: readers and writers of a table that was there before.
import type { Severity } from "../../../bundle/observation.ts";
import type { MigrationFacts, StatementFacts } from "../facts.ts";
import { changesOf, type Hit, heldOn, isAtLeast, type Rule } from "../rule.ts";

const truncates = /^TRUNCATE\b/i;

export const lockRules: readonly Rule[] = [
  {
    id: "create-index",
    lock: "Share",
    find: (facts) =>
      changesOf(facts, "index added")
        .filter(
          ({ statement, change }) => isInTransaction(statement) && !hasConstraint(statement, change.index),
        )
        .map(({ statement, change: { table, index } }) => ({
          severity: "error",
          message: `builds the index ${index}: nobody can write ${table} until all of it is read`,
          on: { table, name: index },
          statement,
        })),
  },
  {
    id: "drop-index",
    lock: "AccessExclusive",
    find: (facts) =>
      changesOf(facts, "index dropped")
        .filter(({ statement }) => isInTransaction(statement) && /^DROP\s+INDEX\b/i.test(statement.sql))
        .map(({ statement, change: { table, index } }) => ({
          severity: "warn",
          message: `drops the index ${index}: everybody waits for whoever uses ${table} now`,
          on: { table, name: index },
          statement,
        })),
  },
  {
    id: "rebuild-index",
    lock: "Share",
    find: (facts) =>
      changesOf(facts, "index rebuilt")
        .filter(({ statement }) => isInTransaction(statement))
        .map(({ statement, change: { table, index } }) => ({
          severity: "error",
          message: `builds the index ${index} anew: nobody can write ${table}, nor read by the index, until it is done`,
          on: { table, name: index },
          statement,
        })),
  },
  {
    id: "volatile-default",
    lock: "AccessExclusive",
    find: (facts) =>
      changesOf(facts, "column added")
        .filter(({ statement, change }) => statement.rewrites.includes(change.table))
        .map(({ statement, change: { table, column, type } }) => ({
          severity: "error",
          message: `adds ${table}.${column} with a value of its own for every row: the whole table is written anew, and nobody can read or write it meanwhile`,
          on: { table, column, to: type },
          statement,
        })),
  },
  {
    id: "change-type",
    lock: "AccessExclusive",
    find: (facts) =>
      changesOf(facts, "type changed")
        .filter(({ statement, change }) => statement.rewrites.includes(change.table))
        .map(({ statement, change: { table, column, from, to } }) => ({
          severity: "error",
          message: `changes ${table}.${column} from ${from} to ${to}: the whole table is written anew, nobody can read or write it meanwhile, and the release before meets another type`,
          on: { table, column, to },
          statement,
        })),
  },
  {
    id: "rewrite",
    lock: "AccessExclusive",
    find: ({ statements }) =>
      statements
        .filter(
          ({ sql, changes }) =>
            !truncates.test(sql) && !changes.some(({ kind }) => /^(type changed|column added)$/.test(kind)),
        )
        .flatMap((statement) =>
          statement.rewrites.map((table) => ({
            severity: "error" as const,
            message: `writes all of ${table} anew: nobody can read or write it meanwhile`,
            on: { table },
            statement,
          })),
        ),
  },
  {
    id: "set-not-null",
    lock: "AccessExclusive",
    find: (facts) =>
      changesOf(facts, "not null set")
        .filter(
          ({ statement, change }) =>
            statement.scans.includes(change.table) && !addsIndex(statement, change.table),
        )
        .map(({ statement, change: { table, column } }) => ({
          severity: "error",
          message: `sets ${table}.${column} NOT NULL: nobody can read or write the table until all of it is read, and an INSERT of the release before may fail`,
          on: { table, column },
          statement,
        })),
  },
  {
    id: "add-foreign-key",
    lock: "ShareRowExclusive",
    find: (facts) =>
      changesOf(facts, "constraint added")
        .filter(({ change }) => change.of === "foreign key" && change.isValid)
        .map(({ statement, change: { table, constraint, references = "" } }) => {
          const isOfNewColumn =
            statement.changes.some(({ kind }) => kind === "column added") && statement.scans.length === 0;
          return {
            severity: isOfNewColumn ? "warn" : "error",
            message: isOfNewColumn
              ? `adds a column with the foreign key ${constraint}: nobody can write ${table} or ${references} until the transaction ends`
              : `adds the foreign key ${constraint}: nobody can write ${table} or ${references} until all of ${table} is compared`,
            on: { table, name: constraint, references },
            statement,
          };
        }),
  },
  {
    id: "add-check",
    lock: "AccessExclusive",
    find: (facts) =>
      changesOf(facts, "constraint added")
        .filter(
          ({ statement, change }) =>
            change.of === "check" && change.isValid && statement.scans.includes(change.table),
        )
        .map(({ statement, change: { table, constraint } }) => ({
          severity: "error",
          message: `adds the check ${constraint}: nobody can read or write ${table} until all of it is read`,
          on: { table, name: constraint },
          statement,
        })),
  },
  {
    id: "add-unique",
    lock: "AccessExclusive",
    find: (facts) =>
      changesOf(facts, "constraint added")
        .filter(
          ({ statement, change }) =>
            /^(unique|primary key)$/.test(change.of) && addsIndex(statement, change.table),
        )
        .map(({ statement, change: { table, constraint, of } }) => ({
          severity: "error",
          message: `adds the ${of} ${constraint}: nobody can read or write ${table} until its index is built`,
          on: { table, name: constraint },
          statement,
        })),
  },
  {
    id: "add-exclusion",
    lock: "AccessExclusive",
    find: (facts) =>
      changesOf(facts, "constraint added")
        .filter(({ change }) => change.of === "exclusion")
        .map(({ statement, change: { table, constraint } }) => ({
          severity: "error",
          message: `adds the exclusion ${constraint}: nobody can read or write ${table} until its index is built, and no other way is known`,
          on: { table, name: constraint },
          statement,
        })),
  },
  { id: "scan-under-lock", find: scansUnderLock },
  { id: "several-tables", find: severalTables },
  {
    id: "lock-table",
    find: ({ statements }) =>
      statements
        .filter(({ sql }) => /^LOCK\b/i.test(sql))
        .flatMap((statement) =>
          statement.locks
            .filter(({ mode }) => isAtLeast(mode, "Share"))
            .map(({ table, mode }) => ({
              severity: "warn" as const,
              message: `locks ${table} (${mode}) until the transaction ends`,
              on: { table },
              statement,
            })),
        ),
  },
  {
    id: "reference-of-new-table",
    lock: "ShareRowExclusive",
    find: ({ statements }) =>
      statements
        .filter(({ changes }) => changes.some(({ kind }) => kind === "table created"))
        .flatMap((statement) =>
          statement.locks
            .filter(({ mode }) => isAtLeast(mode, "Share"))
            .map(({ table }) => ({
              severity: "info" as const,
              message: `makes a table that refers to ${table}: nobody can write that until the transaction ends`,
              on: { table },
              statement,
            })),
        ),
  },
  {
    id: "refresh-view",
    lock: "AccessExclusive",
    find: ({ statements }) =>
      statements
        .filter(({ sql }) => /^REFRESH\s+MATERIALIZED\s+VIEW\b(?!\s+CONCURRENTLY)/i.test(sql))
        .flatMap((statement) =>
          statement.locks
            .filter(({ mode }) => mode === "AccessExclusive")
            .map(({ table }) => ({
              severity: "warn" as const,
              message: `fills ${table} anew: nobody can read it meanwhile`,
              on: { table },
              statement,
            })),
        ),
  },
  {
    id: "detach-partition",
    lock: "AccessExclusive",
    find: ({ statements }) =>
      statements
        .filter((statement) => /\bDETACH\s+PARTITION\b/i.test(statement.sql) && isInTransaction(statement))
        .map((statement) => ({
          severity: "warn",
          message: "detaches a partition: everybody waits for whoever uses the table or the partition now",
          on: { table: statement.locks[0]?.table ?? "" },
          statement,
        })),
  },
];

function isInTransaction({ transaction }: StatementFacts): boolean {
  return transaction !== undefined;
}

/** An index of a constraint is told of the constraint. */
function hasConstraint({ changes }: StatementFacts, index: string): boolean {
  return changes.some((one) => one.kind === "constraint added" && one.constraint === index);
}

function addsIndex({ changes }: StatementFacts, table: string): boolean {
  return changes.some((one) => one.kind === "index added" && one.table === table);
}

/** Statements that other rules tell of already. */
const toldElsewhere = /^(UPDATE|DELETE|INSERT|MERGE|WITH|CREATE\s+(UNIQUE\s+)?INDEX|REINDEX|REFRESH)\b/i;

function scansUnderLock({ statements }: MigrationFacts): readonly Hit[] {
  return statements
    .filter(({ sql, changes, rewrites }) => {
      const adds = changes.some(({ kind }) =>
        /^(column added|constraint added|not null set|index added)$/.test(kind),
      );
      return !toldElsewhere.test(sql) && !adds && rewrites.length === 0;
    })
    .flatMap((statement) =>
      statement.scans
        .filter((table) => isAtLeast(heldOn(statement, table), "Share"))
        .map((table) => {
          const validated = statement.changes.find(({ kind }) => kind === "constraint validated");
          const severity: Severity = /^(SELECT|VALUES)\b/i.test(statement.sql) ? "warn" : "error";
          return {
            severity,
            message:
              validated?.kind === "constraint validated"
                ? `validates ${validated.constraint} in the transaction that locked ${table}: it is read from end to end, and nobody can write it meanwhile`
                : `reads all of ${table} while it is locked (${heldOn(statement, table)})`,
            on: {
              table,
              ...(validated?.kind === "constraint validated" ? { name: validated.constraint } : {}),
            },
            statement,
          };
        }),
    );
}

/** Locks of one transaction on tables that no single statement needs together. */
function severalTables({ statements }: MigrationFacts): readonly Hit[] {
  const ofTransaction = Map.groupBy(statements.filter(isInTransaction), ({ transaction }) => transaction);
  return [...ofTransaction.values()].flatMap((group) => {
    const strong = group.map((statement) =>
      statement.locks.filter(({ mode }) => isAtLeast(mode, "Share")).map(({ table }) => table),
    );
    const tables = [...new Set(strong.flat())].sort();
    const together = Math.max(0, ...strong.map((one) => one.length));
    const last = group[strong.findLastIndex((one) => one.length > 0)];
    if (tables.length < 2 || tables.length <= together || last === undefined) return [];
    return [
      {
        severity: "warn",
        message: `locks ${tables.join(", ")} in one transaction: whoever locks them in another order meets a deadlock, and each waits for all`,
        on: { table: tables[0] ?? "" },
        statement: last,
      },
    ];
  });
}
