import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Manifest, manifestFile } from "../bundle/manifest.ts";
import type { RecordedContext } from "../kit/context-fixture.ts";
import { sha256 } from "../kit/sha256.ts";
import { openEnvironment } from "./environment/open.ts";
import { apiTarget, siteTarget } from "./environment/targets.ts";
import type { Built, Harness } from "./harness-fixture.ts";
import type { ReleaseInputs } from "./inputs.ts";
import { openTiers } from "./put-back/open-tiers.ts";
import type { Tiers } from "./put-back/tier.ts";
import { run } from "./run.ts";
import { type Attempt, openAttempt } from "./store/attempt.ts";

export type Said = RecordedContext["said"];

/** The attempt and the ways to its tiers, as the steps of a run that were given these inputs open them. */
export async function openMoves(
  given: ReleaseInputs,
  handle: string,
  context: RecordedContext,
): Promise<{ readonly attempt: Attempt; readonly tiers: Tiers }> {
  const environment = openEnvironment(given, context);
  const targets = {
    site: siteTarget(given, context),
    api: apiTarget(given, context),
    schema: { database: undefined, migrationEnvironment: {} },
  };
  const attempt = await openAttempt(environment.store.s3, handle, context);
  return { attempt, tiers: openTiers(environment, targets, context) };
}

/** What the job that built a bundle says of it, and the commit that its run is for. */
export function bundleOf(directory: string): { readonly digest: string; readonly sha: string } {
  const text = readFileSync(join(directory, manifestFile));
  return { digest: sha256(text), sha: (JSON.parse(text.toString()) as Manifest).commit };
}

/** Deploys on a harness, step by step as the workflow makes them, each in a run of its own. */
export class Deploys {
  readonly #harness: Harness;
  /** The id of the newest run. */
  runs: number;

  constructor(harness: Harness, runs: number) {
    this.#harness = harness;
    this.runs = runs;
  }

  async begin({ directory }: Built, runId: number, attempt = 1): Promise<Said> {
    const context = this.#harness.context(runId, attempt);
    const { digest, sha } = bundleOf(directory);
    const given = { operation: "begin", directory, digest, "lock-wait-seconds": 1 } as const;
    await run(this.#harness.inputs(given), { ...context, run: { ...context.run, sha } });
    return context.said;
  }

  /** What `eb-deploy` and `s3-sync` do under a release. */
  async moveTiers(
    { manifest }: Built,
    handle: string,
    runId: number,
    moved: readonly ("api" | "site")[] = ["api", "site"],
  ): Promise<void> {
    const context = this.#harness.context(runId);
    const { attempt, tiers } = await openMoves(this.#harness.inputs(), handle, context);
    for (const tier of moved) await tiers[tier].put(manifest, null, (from) => attempt.move(tier, from));
  }

  async finish(attempt: unknown, context: RecordedContext): Promise<Said> {
    await run(this.#harness.inputs({ operation: "finish", attempt: String(attempt) }), context);
    return context.said;
  }

  /** All of it; returns the attempt's handle. */
  async deploy(built: Built): Promise<string> {
    const runId = ++this.runs;
    const handle = String((await this.begin(built, runId)).outputs.attempt);
    await this.moveTiers(built, handle, runId);
    await this.finish(handle, this.#harness.context(runId));
    return handle;
  }
}
