import { shapeOf } from "../observe/differences.ts";
import type { Snapshot } from "../observe/snapshot.ts";

/** Something that the live database and what the migrations make do not have alike. */
export interface ShapeDifference {
  /** By which it is accepted: `column users.name`, `index users_email`, `table audit`. */
  readonly name: string;
  /** How it is in the live database; undefined where it is not there. */
  readonly live: string | undefined;
  /** How the migrations make it; undefined where they do not. */
  readonly made: string | undefined;
}

/** A line of a shape by what it is about, the rest of the line being how that is. */
function namedLine(line: string): readonly [name: string, how: string] {
  const index = /^index CREATE (?:UNIQUE )?INDEX (?:"((?:[^"]|"")+)"|(\S+)) /.exec(line);
  if (index)
    return [`index ${index[1]?.replaceAll('""', '"') ?? index[2]}`, line.slice("index CREATE ".length)];
  const value = /^value .* of type (.+)$/s.exec(line);
  if (value) return [line, ""];
  const [kind = "", name = "", ...rest] = line.split(" ");
  return kind === "column" ? [`column ${name}`, rest.join(" ")] : [line, ""];
}

/** Sorted by name; where a table is on one side only, it stands for all that is in it. */
export function compareShapes(live: Snapshot, made: Snapshot): readonly ShapeDifference[] {
  const [there, wanted] = [live, made].map((snapshot) => new Map(shapeOf(snapshot).map(namedLine)));
  if (there === undefined || wanted === undefined) return [];
  const names = [...new Set([...there.keys(), ...wanted.keys()])].sort();
  const differing = names.filter((name) => there.get(name) !== wanted.get(name));
  const tables = differing
    .filter((name) => name.startsWith("table "))
    .map((name) => name.slice("table ".length));
  const isInside = (name: string): boolean => tables.some((table) => isOf(name, table, [live, made]));
  return differing
    .filter((name) => !isInside(name))
    .map((name) => ({ name, live: there.get(name), made: wanted.get(name) }));
}

/** Whether it is a part of a table: a column, an index, a constraint, a trigger, or the sequence of a column. */
function isOf(name: string, table: string, snapshots: readonly Snapshot[]): boolean {
  if (name.startsWith(`column ${table}.`)) return true;
  if (/^(constraint|trigger) /.test(name)) return name.endsWith(` on ${table}`);
  if (name.startsWith(`sequence ${table}_`)) return true;
  return snapshots.some((snapshot) =>
    [...snapshot.indexes.values()].some(
      (index) => name === `index ${index.name}` && snapshot.relations.get(index.table)?.name === table,
    ),
  );
}

/** A line for people. */
export function differenceLine({ name, live, made }: ShapeDifference): string {
  if (made === undefined) return `${name}: only in the live database${live ? ` (${live})` : ""}`;
  if (live === undefined)
    return `${name}: the migrations make it, and the live database lacks it${made ? ` (${made})` : ""}`;
  return `${name}: ${live} in the live database, ${made} by the migrations`;
}
