// What the release before cannot live with: it serves until the new one has taken its place, and again after a rollback.
import { changesOf, type Rule, unlessContract } from "../rule.ts";

export const oldCodeRules: readonly Rule[] = [
  {
    id: "drop-column",
    lock: "AccessExclusive",
    find: (facts) =>
      changesOf(facts, "column dropped").map(({ statement, change: { table, column } }) => ({
        severity: unlessContract(facts.phase),
        message: `drops ${table}.${column}: the release before still names it in every SELECT and INSERT of the table`,
        on: { table, column },
        statement,
      })),
  },
  {
    id: "drop-table",
    lock: "AccessExclusive",
    find: (facts) =>
      changesOf(facts, "table dropped").map(({ statement, change: { table, of } }) => ({
        severity: of === "sequence" ? undefined : unlessContract(facts.phase),
        message: `drops the ${of} ${table}: the release before still uses it`,
        on: { table },
        statement,
      })),
  },
  {
    id: "rename-column",
    lock: "AccessExclusive",
    find: (facts) =>
      changesOf(facts, "column renamed").map(({ statement, change: { table, column, to } }) => ({
        severity: unlessContract(facts.phase, "warn"),
        message: `renames ${table}.${column} to ${to}: the release before fails on the table until it is gone`,
        on: { table, column, to },
        statement,
      })),
  },
  {
    id: "rename-table",
    lock: "AccessExclusive",
    find: (facts) =>
      changesOf(facts, "table renamed").map(({ statement, change: { table, to } }) => ({
        severity: unlessContract(facts.phase, "warn"),
        message: `renames ${table} to ${to}: the release before does not find it any more`,
        on: { table, to },
        statement,
      })),
  },
  {
    id: "rename-value",
    find: (facts) =>
      changesOf(facts, "value removed").map(({ statement, change: { table, value } }) => ({
        severity: unlessContract(facts.phase, "warn"),
        message: `takes the value '${value}' from the type ${table}: the release before still writes and compares it`,
        on: { table, name: value },
        statement,
      })),
  },
  {
    id: "drop-object",
    find: (facts) =>
      changesOf(facts, "object dropped").map(({ statement, change: { table, of } }) => ({
        severity: unlessContract(facts.phase),
        message: `drops the ${of} ${table}: the release before may still use it`,
        on: { table },
        statement,
      })),
  },
  {
    id: "add-required-column",
    lock: "AccessExclusive",
    find: (facts) =>
      changesOf(facts, "column added")
        .filter(({ change }) => change.isRequired)
        .map(({ statement, change: { table, column, type } }) => ({
          severity: "error",
          message: `adds ${table}.${column} NOT NULL without a default: it fails where the table has rows, and every INSERT of the release before fails after it`,
          on: { table, column, to: type },
          statement,
        })),
  },
  {
    id: "change-column",
    lock: "AccessExclusive",
    find: (facts) =>
      changesOf(facts, "default dropped", "not null dropped")
        .filter(({ statement: { call }, change: { kind } }) => {
          const restated = kind === "default dropped" ? "defaultValue" : "allowNull";
          return call?.method === "changeColumn" && !call.attributes.includes(restated);
        })
        .map(({ statement, change: { table, column, kind } }) => ({
          severity: "error",
          message: `changeColumn drops the ${kind === "default dropped" ? "DEFAULT" : "NOT NULL"} of ${table}.${column}, since it does not restate it`,
          on: { table, column },
          statement,
        })),
  },
  {
    id: "loosen-column",
    find: (facts) =>
      changesOf(facts, "default dropped", "default changed", "not null dropped")
        .filter(({ statement: { call }, change: { kind } }) => {
          const restated = kind === "not null dropped" ? "allowNull" : "defaultValue";
          return call?.method !== "changeColumn" || call.attributes.includes(restated);
        })
        .map(({ statement, change: { table, column, kind } }) => ({
          severity: "warn",
          message: `${table}.${column}: ${kind}; the release before may rely on what was`,
          on: { table, column },
          statement,
        })),
  },
  {
    id: "drop-unique",
    find: (facts) =>
      changesOf(facts, "index dropped")
        .filter(({ statement, change }) => change.isUnique && !losesColumn(statement.changes, change.table))
        .map(({ statement, change: { table, index } }) => ({
          severity: "warn",
          message: `drops the unique ${index} of ${table}: an upsert of the release before needs it`,
          on: { table, name: index },
          statement,
        })),
  },
];

/** What goes with a column, or because of its new type, is told of the column. */
function losesColumn(
  changes: readonly { readonly kind: string; readonly table: string }[],
  table: string,
): boolean {
  return changes.some((one) => one.table === table && /^(column dropped|type changed)$/.test(one.kind));
}
