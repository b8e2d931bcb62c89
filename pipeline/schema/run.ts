import { readManifest } from "../bundle/manifest.ts";
import { environmentOf } from "../bundle/migration-env.ts";
import type { ActionContext } from "../kit/action.ts";
import { ActionError } from "../kit/errors.ts";
import type { Attempt } from "../releases/store/attempt.ts";
import type { Store } from "../releases/store/objects.ts";
import { databaseSource, missingDatabase } from "./database/address-inputs.ts";
import { standardLimits } from "./database/limits.ts";
import { noteDatabase } from "./database-state.ts";
import type { MigrateInputs } from "./inputs.ts";
import { appliedMigrations, migrateSchema, revertMigrations, type SchemaOptions } from "./migrate.ts";
import { bundledMigrations } from "./migration/bundled.ts";
import type { MigrationSource } from "./migration/migration-source.ts";
import { named, upTo } from "./named-migrations.ts";
import { describePlan, planMigrations, refuseMisnamed, type SchemaPlan } from "./plan.ts";
import { planWarnings, summarize } from "./report.ts";
import { judgeStandAlone } from "./stand-alone.ts";

/** Brings the schema to where the bundle needs it: observe under the lock, plan, show, apply. */
export async function run(inputs: MigrateInputs, context: ActionContext): Promise<void> {
  const { runner } = context;
  await using found = await openMigrations(inputs, context);
  if (found === undefined) {
    writeOutputs(context, { pending: [] }, []);
    return;
  }
  const migrations =
    inputs.operation === "migrate" ? { ...found, entries: upTo(found.entries, inputs.to) } : found;
  const source = databaseSource(inputs, context);
  if (source === undefined) throw missingDatabase("to migrate");
  const database = { database: source, context };
  const limits = {
    ...standardLimits,
    lockWaitSeconds: inputs["lock-wait-seconds"],
    lockTimeoutMs: inputs["lock-timeout-ms"],
    statementTimeoutSeconds: inputs["statement-timeout-seconds"],
    migrationTimeoutSeconds: inputs["migration-timeout-seconds"],
  };
  if (inputs.operation === "revert") return await revert({ ...database, limits, migrations }, inputs);
  if (inputs.operation === "baseline") return await baseline({ ...database, limits, migrations }, inputs);
  const show = (plan: SchemaPlan): void => {
    for (const line of describePlan(plan)) runner.info(line);
    for (const warning of planWarnings(plan)) runner.warning(warning);
  };
  if (inputs["dry-run"]) {
    const plan = planMigrations(migrations.entries, await appliedMigrations(database));
    show(plan);
    refuseMisnamed(plan);
    writeOutputs(context, plan, []);
    return;
  }
  const { attempt, store } = await openRelease(inputs, migrations.release, context);
  const result = await migrateSchema({
    ...database,
    limits,
    migrations,
    onPlan: show,
    beforeFirstChange: async (plan) => {
      // Under a release, `release` has judged them.
      if (attempt === undefined) await judgeStandAlone(migrations, plan, inputs, context);
      const pending = plan.pending.map(({ name }) => name);
      const applied = [...plan.applied, ...plan.unknown.map(({ name }) => name)].sort();
      await attempt?.move("schema", { applied, pending });
    },
  });
  await attempt?.arrive("schema");
  if (attempt && store) {
    const at = { store, environment: attempt.environment };
    await noteDatabase(at, result.applied.length > 0, source, context);
  }
  for (const { name, ms } of result.applied) runner.info(`applied   ${name}  ${Math.round(ms)} ms`);
  const summary = summarize(result);
  if (summary !== "") await runner.summary(summary);
  writeOutputs(
    context,
    result.plan,
    result.applied.map(({ name }) => name),
  );
}

/** Takes out the named ones, by their own `down`. */
async function revert(options: SchemaOptions, inputs: MigrateInputs): Promise<void> {
  const { runner } = options.context;
  refuseRelease(inputs, "a rollback takes out what has to go by itself");
  const names = named(options.migrations, inputs.names);
  const isDryRun = inputs["dry-run"];
  const onRecord = isDryRun ? (await appliedMigrations(options)).map(({ name }) => name) : [];
  const reverted = isDryRun
    ? names.filter((name) => onRecord.includes(name)).reverse()
    : (await revertMigrations({ ...options, names })).map(({ name }) => name);
  for (const name of reverted) runner.info(`${isDryRun ? "to revert" : "reverted "} ${name}`);
  if (reverted.length === 0) runner.info("nothing to revert: none of them is on record");
  writeOutputs(options.context, { pending: [] }, [], { reverted: isDryRun ? [] : reverted });
}

function refuseRelease({ operation, release }: MigrateInputs, hint: string): void {
  if (release === "") return;
  throw new ActionError("InvalidInputs", `operation ${operation} is no step of a release`, { hint });
}

/** Marks what the database has already. */
async function baseline(options: SchemaOptions, inputs: MigrateInputs): Promise<void> {
  const { runner } = options.context;
  refuseRelease(inputs, "run it by itself, before the first push, without `release`");
  const { markBaseline } = await import("./baseline/baseline.ts");
  const isDryRun = inputs["dry-run"];
  const marked = await markBaseline({
    ...options,
    to: inputs.to,
    dump: inputs["schema-dump"],
    accepted: inputs["accept-differences"],
    isDryRun,
  });
  writeOutputs(options.context, { pending: [] }, [], { marked: isDryRun ? [] : marked });
  if (marked.length > 0)
    runner.info(isDryRun ? "dry run: nothing was marked" : `marked ${marked.length}; none of them was run`);
}

/** The migrations of a bundle, or those of a plain folder; undefined for a release that has none, which is said. */
async function openMigrations(
  inputs: MigrateInputs,
  context: ActionContext,
): Promise<MigrationSource | undefined> {
  const { directory, "migrations-directory": folder, "recorded-extension": recordedExtension } = inputs;
  const environment = environmentOf(inputs["migration-env"], context.env);
  if ((directory === "") === (folder === "")) {
    const given = directory === "" ? "none" : "both";
    throw new ActionError(
      "InvalidInputs",
      `one of the inputs "directory" and "migrations-directory" is required, and ${given} of them is given`,
      {
        hint: "give the bundle that `build` wrote as `directory`, or a plain folder of migrations as `migrations-directory`",
      },
    );
  }
  if (folder === "") {
    const manifest = await readManifest(directory);
    if (!manifest.migrations) {
      context.runner.info(`release ${manifest.id} has no migrations: nothing to apply`);
      return undefined;
    }
    return bundledMigrations(manifest, { folder: directory, temp: context.run.temp, environment });
  }
  if (inputs.release !== "") {
    throw new ActionError(
      "InvalidInputs",
      'a release goes live from its bundle, and not from "migrations-directory"',
      {
        hint: "give the bundle as input `directory`, or leave `release` out",
      },
    );
  }
  const { folderMigrations } = await import("./migration/folder.ts");
  return folderMigrations(folder, recordedExtension, environment, context);
}

/** The attempt that this deploy belongs to; its release must be the bundle's, or it would record another's migrations. */
async function openRelease(
  inputs: MigrateInputs,
  releaseId: string,
  context: ActionContext,
): Promise<{ readonly attempt?: Attempt; readonly store?: Store }> {
  if (inputs.release === "") return {};
  const [{ openAttempt }, { s3Client }, { connectionTo }] = await Promise.all([
    import("../releases/store/attempt.ts"),
    import("../aws/s3.ts"),
    import("../aws/connection.ts"),
  ]);
  const s3 = s3Client(connectionTo("S3", inputs, context));
  const attempt = await openAttempt(s3, inputs.release, context);
  if (attempt.manifest.id !== releaseId) {
    throw new ActionError(
      "InvalidBundle",
      `the bundle in "${inputs.directory}" is release "${releaseId}", the attempt's is "${attempt.manifest.id}"`,
      { hint: "give the bundle that `release` was given" },
    );
  }
  return { attempt, store: { s3, bucket: attempt.bucket } };
}

function writeOutputs(
  { runner }: ActionContext,
  plan: Pick<SchemaPlan, "pending">,
  applied: readonly string[],
  {
    marked = [],
    reverted = [],
  }: { readonly marked?: readonly string[]; readonly reverted?: readonly string[] } = {},
): void {
  runner.output("marked", JSON.stringify(marked));
  runner.output("reverted", JSON.stringify(reverted));
  runner.output("applied", JSON.stringify(applied));
  runner.output("applied-count", applied.length);
  runner.output("pending-count", plan.pending.length);
  runner.output("changed", applied.length + reverted.length > 0);
  runner.output(
    "rollback-safe",
    reverted.length === 0 && plan.pending.every(({ phase }) => phase === "expand"),
  );
}
