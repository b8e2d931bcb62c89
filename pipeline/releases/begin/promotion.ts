import type { Manifest } from "../../bundle/manifest.ts";
import { ActionError, explain } from "../../kit/errors.ts";
import { checkPhases } from "../../schema/phases.ts";
import { planRelease } from "../plan/plan.ts";
import { wayTo } from "../store/commands.ts";
import type { Environment } from "../store/environment.ts";
import { readReleaseManifest } from "../store/releases.ts";
import type { DeploymentView } from "../views/deployments.ts";
import {
  activeRelease,
  isHeldUp,
  isUnsettled,
  type ShownRelease,
  shownReleases,
} from "../views/shown-releases.ts";

/** Which environments a release passes before and after this one; "" for none. */
export interface Promotion {
  readonly from: string;
  readonly to: string;
}

/**
 * Asks again, after whatever it waited for, whether the release may come here from the environment before; and whether what is
 * let in here can go on to the next one, where it would take the place of whatever waits. Throws `PromotionRefused` or
 * `UnsafeMigrations`.
 */
export async function checkPromotion(
  environment: Environment,
  manifest: Manifest,
  { from, to }: Promotion,
  view: DeploymentView,
): Promise<void> {
  if (from === "" && to === "") return;
  const { octokit, context } = view;
  if (!octokit) {
    throw new ActionError("InvalidInputs", 'input "github-token" is required to promote a release', {
      hint: "give it the expression github.token",
    });
  }
  if (from !== "") {
    const refused = refusedPromotion(manifest.id, from, await shownReleases(view, octokit, from));
    if (refused) throw refused;
    context.runner.info(`${manifest.id} is live in ${from}, verified, and nothing holds ${from} up`);
  }
  if (to === "") return;
  const live = activeRelease(await shownReleases(view, octokit, to));
  if (live !== undefined && live !== manifest.id) await checkNext(environment, manifest, { to, live }, view);
}

/**
 * Why a release may not go on from the environment before; undefined where it may.
 *
 * | there | |
 * |---|---|
 * | the newest attempt is a rollback | frozen: refused |
 * | the newest attempt left nothing whole, or is no deploy and open | refused |
 * | another release is live, or none | refused |
 * | this release is live; newer deploys failed or are under way | may go on |
 */
export function refusedPromotion(
  releaseId: string,
  from: string,
  shown: readonly ShownRelease[],
): ActionError | undefined {
  const live = activeRelease(shown);
  const refuse = (why: string, hint: string): ActionError =>
    new ActionError("PromotionRefused", `${releaseId} may not go on from "${from}": ${why}`, { hint });
  if (isUnsettled(shown)) {
    return refuse(
      "what is live there is not settled",
      `${wayTo("repair", from)} if nothing is at work there, then run this job again`,
    );
  }
  if (isHeldUp(shown)) {
    return refuse(
      `somebody rolled back there${live === undefined ? "" : `, and ${live} is live`}`,
      `${wayTo("resume", from)}: it deploys what the branch is by then, which can go on from there`,
    );
  }
  if (live === undefined) {
    return refuse(
      "GitHub's Deployments page shows no release that is live there",
      `${wayTo("repair", from)}, which brings the page up to date, then run this job again`,
    );
  }
  if (live !== releaseId) {
    return refuse(
      `${live} is live there now`,
      `let the run of what is live in ${from} go on; to bring this one back, push it again or run all jobs of this run again`,
    );
  }
  return undefined;
}

/** What is judged safe for what is live here may be unsafe for what is live in the next environment, which has not had all of it. */
async function checkNext(
  { store }: Environment,
  manifest: Manifest,
  { to, live }: { readonly to: string; readonly live: string },
  { context: { runner } }: Pick<DeploymentView, "context">,
): Promise<void> {
  const next = await readReleaseManifest(store, live).catch((error: unknown) => {
    runner.notice(
      `not checked whether ${manifest.id} is safe for ${live}, which is live in ${to}: ${explain(error)}`,
    );
    return undefined;
  });
  if (next === undefined) return;
  const { problems } = planRelease(manifest, next, checkPhases);
  if (problems.length === 0) return;
  throw new ActionError(
    "UnsafeMigrations",
    `not safe for ${live}, which is live in "${to}": ${problems.join("; ")}`,
    {
      hint: `let the release that waits for ${to} go on first (Review deployments on its run; on the laptop \`npm run promote\`), then run this job again`,
    },
  );
}
