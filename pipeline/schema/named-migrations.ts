import type { MigrationEntry } from "../bundle/manifest.ts";
import { ActionError } from "../kit/errors.ts";
import { stemOf } from "./migration/file-name.ts";
import type { MigrationSource } from "./migration/migration-source.ts";

/** How many names an error offers. */
const offered = 10;

/** Those up to and with the one of that name, with or without its ending, in order; all where it is "". Throws `InvalidInputs`. */
export function upTo(entries: readonly MigrationEntry[], to: string): readonly MigrationEntry[] {
  const ordered = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (to === "") return ordered;
  const last = ordered.findIndex((entry) => isCalled(entry, to));
  if (last < 0) throw unknown("to", [to], ordered);
  return ordered.slice(0, last + 1);
}

/** The migrations of these names, by the names that they have. Throws `InvalidInputs` where one is called so by none. */
export function named(
  { entries }: Pick<MigrationSource, "entries">,
  names: readonly string[],
): readonly string[] {
  if (names.length === 0) {
    throw new ActionError("InvalidInputs", 'input "names" is required for operation revert', {
      hint: "give the names of the migrations whose `down` is to run, one per line",
    });
  }
  const strange = names.filter((name) => !entries.some((entry) => isCalled(entry, name)));
  if (strange.length > 0) throw unknown("names", strange, entries);
  return entries.filter((entry) => names.some((name) => isCalled(entry, name))).map(({ name }) => name);
}

function isCalled({ name }: MigrationEntry, typed: string): boolean {
  return name === typed || stemOf(name) === typed;
}

function unknown(input: string, names: readonly string[], entries: readonly MigrationEntry[]): ActionError {
  const newest = entries
    .map(({ name }) => `"${name}"`)
    .sort()
    .slice(-offered);
  return new ActionError(
    "InvalidInputs",
    `input "${input}": no migration is called ${names.map((name) => `"${name}"`).join(" or ")}`,
    { hint: newest.length === 0 ? "there is no migration at all" : `the newest are ${newest.join(", ")}` },
  );
}
