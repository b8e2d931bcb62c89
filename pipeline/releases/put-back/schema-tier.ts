import { rm } from "node:fs/promises";
import { type Manifest, migrationsOf } from "../../bundle/manifest.ts";
import type { ActionContext } from "../../kit/action.ts";
import { missingDatabase } from "../../schema/database/address-inputs.ts";
import type { SchemaOptions } from "../../schema/migrate.ts";
import { bundledMigrations } from "../../schema/migration/bundled.ts";
import type { SchemaTarget } from "../environment/targets.ts";
import type { Environment } from "../store/environment.ts";
import { fetchMigrations } from "../store/migrations-archive.ts";
import type { SchemaTier } from "./tier.ts";

/** The schema, by the migrations of stored releases. */
export function schemaTier(
  { database, migrationEnvironment }: SchemaTarget,
  { store }: Pick<Environment, "store">,
  context: ActionContext,
): SchemaTier {
  /** What runs a stored release's migrations, while `body` does; what was fetched for it is gone afterwards. */
  const withMigrations = async <T>(
    manifest: Manifest,
    body: (options: SchemaOptions) => Promise<T>,
  ): Promise<T> => {
    const { standardLimits: limits } = await import("../../schema/database/limits.ts");
    if (database === undefined) throw missingDatabase("to change the schema");
    const { temp } = context.run;
    const folder = await fetchMigrations(store, manifest, temp);
    try {
      const place = { folder, temp, environment: migrationEnvironment };
      await using migrations = bundledMigrations(manifest, place);
      return await body({ database, limits, migrations, context });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  return {
    isReachable: database !== undefined,
    migrate: async (manifest, beforeChange) => {
      if (migrationsOf(manifest).length === 0) return "the release has no migrations";
      const { migrateSchema } = await import("../../schema/migrate.ts");
      const { applied } = await withMigrations(manifest, (options) =>
        migrateSchema({
          ...options,
          ...(beforeChange
            ? {
                beforeFirstChange: (plan) =>
                  beforeChange({ pending: plan.pending.map(({ name: one }) => one) }),
              }
            : {}),
        }),
      );
      return applied.length === 0
        ? "every migration of the release is applied"
        : `applied ${applied.map(({ name: one }) => one).join(", ")}`;
    },
    records: async (manifest) => {
      if (database === undefined) throw missingDatabase("to compare its records with a release");
      const [{ appliedMigrations }, { planMigrations }] = await Promise.all([
        import("../../schema/migrate.ts"),
        import("../../schema/plan.ts"),
      ]);
      const plan = planMigrations(migrationsOf(manifest), await appliedMigrations({ database, context }));
      return {
        missing: [...plan.pending, ...plan.misnamed].map(({ name }) => name),
        strange: plan.unknown.map(({ name }) => name),
      };
    },
    revert: async (manifest, names) => {
      const { revertMigrations } = await import("../../schema/migrate.ts");
      const reverted = await withMigrations(manifest, (options) => revertMigrations({ ...options, names }));
      return reverted.map(({ name: one }) => one);
    },
  };
}
