import { resolve } from "node:path";
import { checkBundle } from "../../bundle/bundle-check.ts";
import { type Manifest, readManifest } from "../../bundle/manifest.ts";
import { describeCommit, isBranchHead, relationTo } from "../../github/commits.ts";
import { ActionError, explain } from "../../kit/errors.ts";
import { checkPhases } from "../../schema/phases.ts";
import { refusal } from "../finish/plan.ts";
import type { ReleaseInputs } from "../inputs.ts";
import { changedTiers, planRelease, type ReleasePlan } from "../plan/plan.ts";
import { planLines, planMarkdown } from "../plan/report.ts";
import { lockEnvironment, need, type Session, unlockEnvironment } from "../session.ts";
import { keepLock } from "../store/attempt.ts";
import { frozenError, readFreeze } from "../store/freeze.ts";
import { newestAttempt } from "../store/history.ts";
import { missingParts } from "./restorable.ts";
import { beginAttempt, type Standing, settle } from "./standing.ts";
import { uploadRelease } from "./upload.ts";

/** Without one of these a later step would fail after others had moved. */
const everyTier = ["site-bucket", "site-url", "api-url", "eb-application", "eb-environment"] as const;

/**
 * Opens an attempt: guards first, then the bundle into the store, then `begin.json`. The environment stays locked for the
 * tiers and for finish; when anything refuses, nothing has changed and the lock is given back.
 */
export async function begin(session: Session, given: ReleaseInputs): Promise<void> {
  const { context, store, environment } = session;
  need(given, everyTier, "to move every tier and to put it back");
  const directory = bundleFolder(given, context.run.workspace);
  const manifest = await readManifest(directory);
  await Promise.all([checkBundle(directory, manifest), stopIfFrozen(session)]);
  const { token } = await lockEnvironment(session, `deploy of ${manifest.id}`);
  const stop = keepLock(store, environment, token, context);
  let mayHaveBegun = false;
  try {
    await stopIfFrozen(session);
    const standing = await settle(session, token);
    const { live, liveManifest } = standing;
    const plan = planRelease(manifest, liveManifest, checkPhases);
    await guard(session, manifest, standing, plan);
    const { runner } = context;
    await runner.group(`Plan: release ${manifest.id} to ${environment}`, async () => {
      for (const line of planLines(plan)) runner.info(line);
    });
    if (live?.releaseId === manifest.id) runner.notice(`${manifest.id} is live already in ${environment}`);
    const [stored, words] = await Promise.all([
      uploadRelease(store, directory, manifest, liveManifest, context.signal),
      describeCommit(manifest.commit, session.octokit, context),
    ]);
    runner.info(`stored release ${manifest.id}: ${stored.blobs} new site files`);
    mayHaveBegun = true;
    const { handle, attempt } = await beginAttempt(session, standing, {
      kind: "deploy",
      manifest,
      ...words,
      reason: "",
      goesBackTo: live?.releaseId === manifest.id ? live.previousReleaseId : (live?.releaseId ?? null),
      token,
    });
    runner.output("attempt", handle);
    runner.output("release-id", manifest.id);
    runner.output("live-release-id", live?.releaseId ?? "");
    runner.output("changed", changedTiers(plan));
    await runner.summary(planMarkdown(plan, { environment, run: context.run, now: context.clock.now() }));
    runner.info(`attempt ${attempt.seq} of ${environment} is open: ${handle}`);
  } catch (error) {
    if (!mayHaveBegun || !(await hasBegun(session, token))) await unlockEnvironment(session, token);
    throw error;
  } finally {
    stop();
  }
}

function bundleFolder(given: ReleaseInputs, workspace: string): string {
  if (given.directory !== "") return resolve(workspace, given.directory);
  throw new ActionError("InvalidInputs", 'input "directory" is required for operation begin', {
    hint: "give the folder of the bundle that `build` wrote",
  });
}

async function stopIfFrozen({ store, environment }: Session): Promise<void> {
  const held = await readFreeze(store, environment);
  if (held) throw frozenError(environment, held.freeze);
}

/** Throws what refuses the release; warns where the branch was rewritten. */
async function guard(
  session: Session,
  manifest: Manifest,
  { live, liveManifest }: Standing,
  plan: ReleasePlan,
): Promise<void> {
  const { octokit, context, environment, store } = session;
  let relation: Awaited<ReturnType<typeof relationTo>> = "identical";
  let isHead = false;
  if (live && live.commit !== manifest.commit) {
    if (!octokit) {
      throw new ActionError(
        "InvalidInputs",
        'input "github-token" is required to tell which commit is older',
        {
          hint: "give it the expression github.token",
        },
      );
    }
    relation = await relationTo(live.commit, manifest.commit, octokit, context);
    isHead =
      (relation === "diverged" || relation === "unknown") &&
      (await isBranchHead(manifest.commit, octokit, context));
  }
  const refused = refusal({
    environment,
    candidate: { releaseId: manifest.id, commit: manifest.commit },
    live,
    relation,
    isBranchHead: isHead,
    missing: liveManifest ? await missingParts(store, liveManifest, context.signal) : [],
    problems: plan.problems,
  });
  if (refused) throw refused;
  if (isHead) {
    context.runner.warning(
      `commit "${manifest.commit.slice(0, 7)}" does not descend from the live release ${live?.releaseId}, but the branch ends in it: its history was rewritten`,
    );
  }
}

/** True unless it is certain that no attempt began under the lock; an attempt keeps it, for finish to end. */
async function hasBegun({ store, environment, context }: Session, token: string): Promise<boolean> {
  try {
    const last = await newestAttempt(store, environment);
    return last !== undefined && !last.end && last.begin.lock === token;
  } catch (error) {
    context.runner.warning(`could not see whether the attempt began: ${explain(error)}`);
    return true;
  }
}
