// What the migrations of a bundle do, seen before anything goes live.
import { join, relative } from "node:path";
import type { Manifest, MigrationEntry } from "../bundle/manifest.ts";
import { environmentOf } from "../bundle/migration-env.ts";
import type { ActionContext } from "../kit/action.ts";
import { bundledMigrations } from "../schema/migration/bundled.ts";
import { observeMigrations, withObservation } from "../schema/observe/observe-migrations.ts";
import { listMigrations } from "../workspace/migrations-folder.ts";
import type { BuildInputs } from "./inputs.ts";
import type { BuiltMigrations } from "./migrations/build-migrations.ts";

/** The migrations of the bundle in `directory`, each with what was observed of it, in the order of their names. */
export async function observeBuilt(
  manifest: Pick<Manifest, "id" | "commit" | "migrations" | "migrationsArchive">,
  directory: string,
  { folder, maps }: Pick<BuiltMigrations, "folder" | "maps">,
  inputs: BuildInputs,
  context: ActionContext,
): Promise<readonly MigrationEntry[]> {
  const files = maps.size === 0 ? [] : await listMigrations(folder, inputs["recorded-extension"]);
  await using source = bundledMigrations(manifest, {
    folder: directory,
    temp: context.run.temp,
    environment: environmentOf(inputs["migration-env"], context.env),
  });
  const observed = await observeMigrations(
    source,
    {
      postgres: inputs["postgres-version"],
      folder: relative(context.run.workspace, folder),
      sources: new Map(
        files.map(({ file, name }) => [name, { path: join(folder, file), map: maps.get(name) ?? "" }]),
      ),
    },
    context,
  );
  return source.entries.map((entry) => withObservation(entry, observed.get(entry.name)));
}
