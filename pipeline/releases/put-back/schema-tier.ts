import { type Manifest, migrationsOf } from "../../bundle/manifest.ts";
import type { ActionContext } from "../../kit/action.ts";
import { missingDatabase } from "../../schema/database/address-inputs.ts";
import type { AddressSource } from "../../schema/database/login.ts";
import { bundledMigrations } from "../../schema/migration/bundled.ts";
import type { Environment } from "../store/environment.ts";
import { fetchMigrations } from "../store/migrations-archive.ts";
import type { SchemaTier } from "./tier.ts";

/** The schema, by the migrations of stored releases. */
export function schemaTier(
  database: AddressSource | undefined,
  { store }: Pick<Environment, "store">,
  context: ActionContext,
): SchemaTier {
  const optionsFor = async (manifest: Manifest) => {
    const { standardLimits } = await import("../../schema/database/limits.ts");
    if (database === undefined) throw missingDatabase("to change the schema");
    return {
      database,
      limits: standardLimits,
      migrations: bundledMigrations(manifest, await fetchMigrations(store, manifest, context.run.temp)),
      context,
    };
  };
  return {
    isReachable: database !== undefined,
    migrate: async (manifest, beforeChange) => {
      if (migrationsOf(manifest).length === 0) return "the release has no migrations";
      const { migrateSchema } = await import("../../schema/migrate.ts");
      const { applied } = await migrateSchema({
        ...(await optionsFor(manifest)),
        ...(beforeChange
          ? {
              beforeFirstChange: (plan) =>
                beforeChange({ pending: plan.pending.map(({ name: one }) => one) }),
            }
          : {}),
      });
      return applied.length === 0
        ? "every migration of the release is applied"
        : `applied ${applied.map(({ name: one }) => one).join(", ")}`;
    },
    missing: async (manifest) => {
      if (database === undefined) throw missingDatabase("to verify a release of migrations alone");
      const [{ appliedMigrations }, { planMigrations }] = await Promise.all([
        import("../../schema/migrate.ts"),
        import("../../schema/plan.ts"),
      ]);
      const plan = planMigrations(migrationsOf(manifest), await appliedMigrations({ database, context }));
      return [...plan.pending, ...plan.misnamed].map(({ name }) => name);
    },
    revert: async (manifest, names) => {
      const { revertMigrations } = await import("../../schema/migrate.ts");
      const reverted = await revertMigrations({ ...(await optionsFor(manifest)), names });
      return reverted.map(({ name: one }) => one);
    },
  };
}
