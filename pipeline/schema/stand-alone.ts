// What is judged where no release has been judged before: `db-migrate` by itself.
import { relative } from "node:path";
import type { MigrationEntry } from "../bundle/manifest.ts";
import type { ActionContext } from "../kit/action.ts";
import { ActionError } from "../kit/errors.ts";
import { annotateFindings } from "./check-pending.ts";
import type { MigrateInputs } from "./inputs.ts";
import { errorsOf, judgePending } from "./judge/pending.ts";
import type { MigrationSource } from "./migration/migration-source.ts";
import type { SchemaPlan } from "./plan.ts";

/**
 * Judges what a database lacks of a bundle, or of a plain folder, which is looked at here and now. Throws `UnsafeMigrations` where the
 * input `lint` says that errors stop. A database that has none of the migrations yet has nobody who waits.
 */
export async function judgeStandAlone(
  migrations: MigrationSource,
  { pending, applied }: Pick<SchemaPlan, "pending" | "applied">,
  inputs: Pick<MigrateInputs, "lint" | "migrations-directory">,
  context: ActionContext,
): Promise<void> {
  const { lint, "migrations-directory": folder } = inputs;
  if (lint === "off" || applied.length === 0) return;
  const entries = folder === "" ? migrations.entries : await observeFolder(migrations, folder, context);
  const names = new Set(pending.map(({ name }) => name));
  const judged = judgePending(
    entries.filter(({ name }) => names.has(name)),
    undefined,
  );
  annotateFindings(judged, lint, context.runner);
  const errors = lint === "error" ? errorsOf(judged) : [];
  if (errors.length === 0) return;
  throw new ActionError("UnsafeMigrations", errors.join("; "), {
    hint: 'docs/safe-migrations.md has the safe form of each rule; what is meant is exported with its reason: `accept = { "rule": "reason" }`',
  });
}

async function observeFolder(
  migrations: MigrationSource,
  folder: string,
  context: ActionContext,
): Promise<readonly MigrationEntry[]> {
  const { observeMigrations, withObservation } = await import("./observe/observe-migrations.ts");
  const options = { postgres: 0, folder: relative(".", folder), sources: new Map() };
  const observed = await observeMigrations(migrations, options, context);
  return migrations.entries.map((entry) => withObservation(entry, observed.get(entry.name)));
}
