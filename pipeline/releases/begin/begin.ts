import { resolve } from "node:path";
import { checkBundle } from "../../bundle/bundle-check.ts";
import type { Manifest } from "../../bundle/manifest.ts";
import { describeCommit } from "../../github/commits.ts";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError, explain } from "../../kit/errors.ts";
import { cell } from "../../kit/markdown.ts";
import type { Runner } from "../../kit/runner.ts";
import { annotateFindings } from "../../schema/check-pending.ts";
import { judgePending, type Lint } from "../../schema/judge/pending.ts";
import { readSchemaState } from "../../schema/stored-state.ts";
import type { EnvironmentLock } from "../environment/lock.ts";
import type { RequireTiers } from "../environment/required-inputs.ts";
import type { SiteTarget } from "../environment/targets.ts";
import { endAbandoned } from "../finish/end-abandoned.ts";
import type { EndAttempt } from "../finish/end-attempt.ts";
import type { EndedAttempt } from "../finish/ended-attempt.ts";
import { planChecked } from "../plan/checked-plan.ts";
import { changedTiers, droppedWords } from "../plan/plan.ts";
import { planLines, planMarkdown } from "../plan/summary.ts";
import { keepLock } from "../store/attempt.ts";
import type { Environment } from "../store/environment.ts";
import { readFreeze } from "../store/freeze.ts";
import { newestAttempt } from "../store/history.ts";
import type { Tier } from "../store/keys.ts";
import { tiersOf } from "../store/release-tiers.ts";
import type { DeploymentView } from "../views/deployments.ts";
import { sections } from "../views/sections.ts";
import { refuseBakedAddress, type SharedBundle } from "./baked-address.ts";
import { beginAttempt } from "./begin-attempt.ts";
import { checkGuards, type Superseded } from "./check-guards.ts";
import { endUnfinished } from "./end-unfinished.ts";
import { frozenAfter } from "./frozen-after.ts";
import { readOwnBundle } from "./own-bundle.ts";
import { checkPromotion, type Promotion } from "./promotion.ts";
import { refuseSiteClash } from "./site-clash.ts";
import { uploadRelease } from "./upload.ts";

/** What a release is held to, as its repository's workflow says. */
interface BeginRules {
  /** Tiers that the live release has and this one need not have. */
  readonly mayDrop: readonly Tier[];
  /** What errors in pending migrations do. */
  readonly lint: Lint;
  readonly promotion: Promotion;
}

interface BeginOptions {
  /** The folder of the bundle, below the workspace; "" is refused. */
  readonly directory: string;
  /** Sha256 of its manifest, as the job that built it said it through `needs`. */
  readonly digest: string;
  readonly lock: EnvironmentLock;
  readonly endAttempt: EndAttempt;
  readonly deployments: DeploymentView;
  readonly site: Pick<SiteTarget, "config" | "releaseJson">;
  readonly shared: Omit<SharedBundle, "environment">;
  readonly requireTiers: RequireTiers;
  readonly rules: BeginRules;
}

/**
 * Opens an attempt: guards first, then the bundle into the store, then `begin.json`. The environment stays locked for the
 * tiers and for finish; when anything refuses, nothing has changed and the lock is given back.
 */
export async function begin(
  environment: Environment,
  options: BeginOptions,
  context: ActionContext,
): Promise<void> {
  const { name, store } = environment;
  const { lock } = options;
  const directory = bundleFolder(options.directory, context.run.workspace);
  const manifest = await readOwnBundle(directory, options.digest, context.run);
  refuseSiteClash(manifest, options.site);
  options.requireTiers(tiersOf(manifest), "to move what the release has, and to put it back");
  await checkBundle(directory, manifest);
  await stopIfFrozen(environment, () => endAbandoned(environment, options, context.runner));
  await refuseBakedAddress(directory, manifest, { ...options.shared, environment: name });
  const { token } = await lock.take(`deploy of ${manifest.id}`);
  const stop = keepLock(store, name, token, context);
  let mayHaveBegun = false;
  try {
    await beginUnderLock(environment, { ...options, directory, manifest, token }, context, () => {
      mayHaveBegun = true;
    });
    if (!mayHaveBegun) await lock.giveBack(token);
  } catch (error) {
    if (!mayHaveBegun || !(await hasBegun(environment, token, context.runner))) await lock.giveBack(token);
    throw error;
  } finally {
    stop();
  }
}

async function beginUnderLock(
  environment: Environment,
  options: BeginOptions & { readonly manifest: Manifest; readonly token: string },
  context: ActionContext,
  onBegin: () => void,
): Promise<void> {
  const { name, store } = environment;
  const { directory, manifest, token, deployments } = options;
  const { runner, run, clock, signal } = context;
  const { octokit } = deployments;
  const state = await endUnfinished(environment, token, options, runner);
  await stopIfFrozen(environment);
  const { live, liveManifest } = state;
  if (liveManifest) options.requireTiers(tiersOf(liveManifest), "to put back what is live");
  const { plan, state: schema } = await planChecked(manifest, liveManifest, options.rules, () =>
    readSchemaState(store, name),
  );
  if (liveManifest) annotateFindings(judgePending(plan.migrations, schema), options.rules.lint, runner);
  const known = { live, liveManifest, problems: plan.problems, dropped: droppedWords(plan) };
  const passed = await checkGuards(environment, manifest, known, octokit, context);
  runner.output("superseded", passed !== "begin");
  runner.output("release-id", manifest.id);
  runner.output("live-release-id", live?.releaseId ?? "");
  if (passed !== "begin") return tellSuperseded(manifest, passed, runner);
  await checkPromotion(environment, manifest, options.rules.promotion, deployments);
  await runner.group(`Plan: release ${manifest.id} to ${name}`, async () => {
    for (const line of planLines(plan)) runner.info(line);
  });
  if (live?.releaseId === manifest.id) runner.notice(`${manifest.id} is live already in ${name}`);
  const [stored, words] = await Promise.all([
    uploadRelease(store, directory, manifest, liveManifest, signal),
    describeCommit(manifest.commit, octokit, context),
  ]);
  runner.info(`stored release ${manifest.id}${manifest.site ? `: ${stored.blobs} new site files` : ""}`);
  onBegin();
  const goesBackTo = live?.releaseId === manifest.id ? live.previousReleaseId : (live?.releaseId ?? null);
  const what = {
    kind: "deploy",
    manifest: stored.manifest,
    ...words,
    reason: "",
    goesBackTo,
    token,
  } as const;
  const { handle, attempt } = await beginAttempt(environment, state, what, deployments, context);
  runner.output("attempt", handle);
  runner.output("changed", changedTiers(plan));
  await runner.summary(planMarkdown(plan, { environment: name, run, now: clock.now(), state: schema }));
  runner.info(`attempt ${attempt.seq} of ${name} is open: ${handle}`);
}

/** Nothing has begun, and nothing has to: a newer push is live, or about to be. */
async function tellSuperseded(
  { id }: Manifest,
  { by }: Superseded,
  runner: Pick<Runner, "notice" | "summary">,
): Promise<void> {
  const line = `${id} is superseded: ${by}`;
  runner.notice(line);
  await runner.summary(sections(`### ${cell(line)}`));
}

function bundleFolder(directory: string, workspace: string): string {
  if (directory !== "") return resolve(workspace, directory);
  throw new ActionError("InvalidInputs", 'input "directory" is required for operation begin', {
    hint: "give the folder of the bundle that `build` wrote",
  });
}

/** What a dead run left open is ended all the same: `endFirst` says how. The freeze stays. */
async function stopIfFrozen(
  { name, store }: Environment,
  endFirst: () => Promise<EndedAttempt | undefined> = async () => undefined,
): Promise<void> {
  const held = await readFreeze(store, name);
  if (held) throw frozenAfter(name, held.freeze, await endFirst());
}

/** True unless it is certain that no attempt began under the lock; an attempt keeps it, for finish to end. */
async function hasBegun(
  { name, store }: Environment,
  token: string,
  runner: Pick<Runner, "warning">,
): Promise<boolean> {
  try {
    const last = await newestAttempt(store, name);
    return last !== undefined && !last.end && last.begin.lock === token;
  } catch (error) {
    runner.warning(`could not see whether the attempt began: ${explain(error)}`);
    return true;
  }
}
