// The action's story: what is live, tried against what is to come.
import { join } from "node:path";
import { apiFile, migrationsOf, readManifest } from "../bundle/manifest.ts";
import type { ActionContext } from "../kit/action.ts";
import { ActionError, explain } from "../kit/errors.ts";
import { bundledMigrations } from "../schema/migration/bundled.ts";
import { environmentFor } from "./api-environment.ts";
import type { CompatibilityInputs } from "./inputs.ts";
import { readKeptFolder } from "./kept-folder.ts";
import { type LiveBundle, takeLiveBundle } from "./live-bundle.ts";
import { breaksLeft, judged, type Report, tell } from "./report.ts";
import { unpackApi } from "./served-api.ts";
import { runTrial, type Side } from "./trial.ts";
import { TrialDatabases } from "./trial-database.ts";

/** Runs the live release's API against the new schema, and its clients against the new API. What could not be run is "not checked". */
export async function run(inputs: CompatibilityInputs, context: ActionContext): Promise<void> {
  const report = await tryOut(inputs, context);
  await tell(report, context);
  const left = breaksLeft(report);
  if (left.length === 0 || inputs.level !== "error") return;
  const [first] = left;
  throw new ActionError(
    "Incompatible",
    `${first?.meeting}: ${first?.request} ${first?.what}${left.length > 1 ? `, and ${left.length - 1} more` : ""}`,
    {
      hint: "change it in two releases, the new form beside the old one first; what is meant goes into accepted.txt with its reason, see docs/compatibility.md",
    },
  );
}

async function tryOut(inputs: CompatibilityInputs, context: ActionContext): Promise<Report> {
  const { runner, run: workflow } = context;
  const next = await readManifest(inputs.directory);
  if (next.api === undefined) return notChecked("the release has no API");
  if (inputs.folder === "")
    return notChecked("no requests are kept; docs/compatibility.md says how to keep some");
  const { requests, data, environment, accepted } = await readKeptFolder(inputs.folder, context);
  const live = await takeLiveBundle(inputs, join(workflow.temp, "live-release"), context);
  if ("unknown" in live) return notChecked(live.unknown);
  if (live.manifest.api === undefined) return notChecked("the live release has no API");
  const known = new Set(migrationsOf(live.manifest).map(({ name }) => name));
  const pending = migrationsOf(next).filter(({ name }) => !known.has(name));
  const candidate = { manifest: next, folder: inputs.directory };
  await using liveMigrations = migrationsIn(live, inputs, context);
  await using nextMigrations = migrationsIn(candidate, inputs, context);
  try {
    await using databases = await TrialDatabases.start(inputs["postgres-version"], context);
    runner.info(`${requests.length} requests are tried on ${databases.origin}; live is ${live.manifest.id}`);
    const trial = {
      live: await sideOf(live, liveMigrations, join(workflow.temp, "live-api")),
      next: await sideOf(candidate, nextMigrations, join(workflow.temp, "next-api")),
      pending,
      requests,
      data,
      environmentOf: (database: string) => environmentFor(environment, databases.variables(database)),
    };
    const result = await runTrial(trial, databases, context);
    if (result.useless.length === requests.length)
      return notChecked(
        "the live API, as it was started here, has no good answer to any of the requests; see api.env",
      );
    return {
      ...result,
      breaks: judged(result.breaks, accepted),
      live: live.manifest.id,
      how: live.how,
      requests: requests.length - result.useless.length,
      pending: pending.map(({ name }) => name),
    };
  } catch (error) {
    context.signal.throwIfAborted();
    return notChecked(`the live release could not be run: ${explain(error)}`);
  }
}

type Bundle = Pick<LiveBundle, "manifest" | "folder">;

async function sideOf(
  { manifest, folder }: Bundle,
  migrations: Side["migrations"],
  to: string,
): Promise<Side> {
  const api = await unpackApi(join(folder, apiFile), to);
  return { api, migrations, own: [manifest.id, manifest.commit, manifest.api?.version ?? ""] };
}

function migrationsIn({ manifest, folder }: Bundle, inputs: CompatibilityInputs, context: ActionContext) {
  const environment = environmentFor(inputs["migration-env"], {});
  return bundledMigrations(manifest, { folder, temp: context.run.temp, environment });
}

function notChecked(reason: string): Report {
  return { notChecked: reason };
}
