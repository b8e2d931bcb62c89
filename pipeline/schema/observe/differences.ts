// What is other in one snapshot of a schema than in an earlier one: pure.
import type { Change, ConstraintKind } from "../judge/facts.ts";
import type { Snapshot } from "./snapshot.ts";

const constraintKinds: Readonly<Record<string, ConstraintKind>> = {
  c: "check",
  f: "foreign key",
  p: "primary key",
  u: "unique",
  x: "exclusion",
};

const relationKinds: Readonly<Record<string, string>> = {
  v: "view",
  m: "materialized view",
  f: "foreign table",
  S: "sequence",
};

/** The changes, sorted. `isOld` tells by its oid whether a table was there before the migration. */
export function differences(
  before: Snapshot,
  after: Snapshot,
  isOld: (oid: string) => boolean,
): readonly Change[] {
  // A new type of a column makes its indexes and constraints again, under other oids, though nothing need be built for them.
  const settled = {
    ...after,
    indexes: underOldKeys(before.indexes, after.indexes),
    constraints: underOldKeys(before.constraints, after.constraints),
  };
  const changes = [
    ...relationChanges(before, after, isOld),
    ...columnChanges(before, after, isOld),
    ...constraintChanges(before, settled, isOld),
    ...indexChanges(before, settled, isOld),
    ...otherChanges(before, after, isOld),
  ];
  return changes
    .map((change) => [JSON.stringify(change), change] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, change]) => change);
}

/** Tables whose content has another file now, of those that were there before the migration. */
export function rewrittenTables(
  before: Snapshot,
  after: Snapshot,
  isOld: (oid: string) => boolean,
): readonly string[] {
  return [...after.relations]
    .filter(([oid, { kind, file }]) => {
      const earlier = before.relations.get(oid);
      return isOld(oid) && "rm".includes(kind) && earlier !== undefined && earlier.file !== file;
    })
    .map(([, { name }]) => name)
    .sort();
}

type Look = (before: Snapshot, after: Snapshot, isOld: (oid: string) => boolean) => Change[];

const relationChanges: Look = (before, after, isOld) => [
  ...added(before.relations, after.relations)
    .filter(([, { kind }]) => kind !== "S")
    .map(([, { name, kind }]) => ({
      kind: "table created" as const,
      table: name,
      isNew: true,
      of: relationKinds[kind] ?? "table",
    })),
  ...added(after.relations, before.relations).map(([oid, { name, kind }]) => ({
    kind: "table dropped" as const,
    table: name,
    isNew: !isOld(oid),
    of: relationKinds[kind] ?? "table",
  })),
  ...kept(before.relations, after.relations).flatMap(([oid, then, now]) =>
    then.name === now.name || then.kind === "S"
      ? []
      : [{ kind: "table renamed" as const, table: then.name, isNew: !isOld(oid), to: now.name }],
  ),
];

const columnChanges: Look = (before, after, isOld) => [
  ...added(before.columns, after.columns)
    .filter(([, { table }]) => before.relations.has(table))
    .map(([, column]) => ({
      kind: "column added" as const,
      ...place(after, column.table, isOld),
      column: column.name,
      type: column.type,
      isRequired: column.isNotNull && column.default === null && !column.isComputed,
      isComputed: column.isComputed,
      hasDefault: column.default !== null,
    })),
  ...added(after.columns, before.columns)
    .filter(([, { table }]) => after.relations.has(table))
    .map(([, column]) => ({
      kind: "column dropped" as const,
      ...place(before, column.table, isOld),
      column: column.name,
    })),
  ...kept(before.columns, after.columns).flatMap(([, then, now]) => {
    const at = { ...place(before, then.table, isOld), column: then.name };
    const changes: Change[] = [];
    if (then.name !== now.name) changes.push({ kind: "column renamed", ...at, to: now.name });
    if (then.type !== now.type) changes.push({ kind: "type changed", ...at, from: then.type, to: now.type });
    if (then.isNotNull !== now.isNotNull) {
      changes.push({ kind: now.isNotNull ? "not null set" : "not null dropped", ...at });
    }
    if (then.default !== now.default && !sameDefault(then.default, now.default)) {
      const kind =
        now.default === null ? "default dropped" : then.default === null ? "default set" : "default changed";
      changes.push({ kind, ...at });
    }
    return changes;
  }),
];

/** A default follows its column's type: `'a'::text` is what `'a'::character varying` was. */
function sameDefault(then: string | null, now: string | null): boolean {
  const plain = (text: string | null) => text?.replace(/::[\w" ]+(\(\d+(,\d+)?\))?/g, "");
  return plain(then) === plain(now);
}

const constraintChanges: Look = (before, after, isOld) => {
  const one =
    (kind: "constraint added" | "constraint dropped" | "constraint validated", in_: Snapshot) =>
    ([, constraint]: readonly [
      string,
      Snapshot["constraints"] extends ReadonlyMap<string, infer C> ? C : never,
    ]) => ({
      kind,
      ...place(in_, constraint.table, isOld),
      constraint: constraint.name,
      of: constraintKinds[constraint.type] ?? ("check" as const),
      isValid: constraint.isValid,
      ...(constraint.type === "f"
        ? { references: in_.relations.get(constraint.references)?.name ?? "" }
        : {}),
    });
  return [
    ...added(before.constraints, after.constraints).map(one("constraint added", after)),
    ...added(after.constraints, before.constraints)
      .filter(([, { table }]) => after.relations.has(table))
      .map(one("constraint dropped", before)),
    ...kept(before.constraints, after.constraints)
      .filter(([, then, now]) => !then.isValid && now.isValid)
      .map(([oid, , now]) => one("constraint validated", after)([oid, now])),
  ];
};

const indexChanges: Look = (before, after, isOld) => {
  const one =
    (kind: "index added" | "index dropped" | "index rebuilt", in_: Snapshot) =>
    ({ table, name, isUnique }: { table: string; name: string; isUnique: boolean }) => ({
      kind,
      ...place(in_, table, isOld),
      index: name,
      isUnique,
    });
  const hadTable = ([, { table }]: readonly [string, { readonly table: string }]) =>
    before.relations.has(table);
  const rewritten = new Set(
    kept(before.relations, after.relations).flatMap(([oid, then, now]) =>
      then.file === now.file ? [] : [oid],
    ),
  );
  return [
    ...added(before.indexes, after.indexes)
      .filter(hadTable)
      .map(([, index]) => one("index added", after)(index)),
    ...added(after.indexes, before.indexes)
      .filter(([, { table }]) => after.relations.has(table))
      .map(([, index]) => one("index dropped", before)(index)),
    ...kept(before.indexes, after.indexes)
      .filter(([, then, now]) => then.file !== now.file && !rewritten.has(now.table))
      .map(([, , now]) => one("index rebuilt", after)(now)),
  ];
};

const otherChanges: Look = (before, after, isOld) => [
  ...added(before.triggers, after.triggers).map(([, { table, name }]) => ({
    kind: "trigger added" as const,
    ...place(after, table, isOld),
    trigger: name,
  })),
  ...added(after.triggers, before.triggers)
    .filter(([, { table }]) => after.relations.has(table))
    .map(([, { table, name }]) => ({
      kind: "trigger dropped" as const,
      ...place(before, table, isOld),
      trigger: name,
    })),
  ...added(before.values, after.values)
    .filter(([, { type }]) => [...before.values.values()].some((one) => one.type === type))
    .map(([, { type, label }]) => ({
      kind: "value added" as const,
      table: type,
      isNew: false,
      value: label,
    })),
  ...kept(before.values, after.values)
    .filter(([, then, now]) => then.label !== now.label)
    .map(([, { type, label }]) => ({
      kind: "value removed" as const,
      table: type,
      isNew: false,
      value: label,
    })),
  ...added(after.objects, before.objects).map(([, { of, name }]) => ({
    kind: "object dropped" as const,
    table: name,
    isNew: false,
    of,
  })),
];

function place(snapshot: Snapshot, oid: string, isOld: (oid: string) => boolean) {
  return { table: snapshot.relations.get(oid)?.name ?? "", isNew: !isOld(oid) };
}

/** What was made again with the same name on the same table keeps the key that it had. */
function underOldKeys<T extends { readonly table: string; readonly name: string }>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
): ReadonlyMap<string, T> {
  const gone = added(after, before);
  return new Map(
    [...after].map(([key, now]) => {
      const earlier = before.has(key)
        ? undefined
        : gone.find(([, then]) => then.table === now.table && then.name === now.name);
      return [earlier?.[0] ?? key, now];
    }),
  );
}

function added<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>): (readonly [string, T])[] {
  return [...after].filter(([key]) => !before.has(key));
}

function kept<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
): (readonly [key: string, then: T, now: T])[] {
  return [...after].flatMap(([key, now]) => {
    const then = before.get(key);
    return then === undefined ? [] : [[key, then, now] as const];
  });
}

/** The schema as sorted lines that say nothing of how it came to be: equal exactly when two databases are alike. */
export function shapeOf(snapshot: Snapshot): readonly string[] {
  const nameOf = (oid: string) => snapshot.relations.get(oid)?.name ?? "";
  const lines = [
    ...[...snapshot.relations.values()].map(({ name, kind }) => `${relationKinds[kind] ?? "table"} ${name}`),
    ...[...snapshot.columns.values()].map(
      ({ table, name, type, isNotNull, default: expression }) =>
        `column ${nameOf(table)}.${name} ${type}${isNotNull ? " not null" : ""}${expression === null ? "" : ` default ${expression}`}`,
    ),
    ...[...snapshot.constraints.values()].map(({ table, name }) => `constraint ${name} on ${nameOf(table)}`),
    ...[...snapshot.indexes.values()].map(({ definition }) => `index ${definition}`),
    ...[...snapshot.triggers.values()].map(({ table, name }) => `trigger ${name} on ${nameOf(table)}`),
    ...[...snapshot.values.values()].map(({ type, label }) => `value '${label}' of type ${type}`),
    ...[...snapshot.objects.values()].map(({ of, name }) => `${of} ${name}`),
  ];
  return lines.sort();
}
