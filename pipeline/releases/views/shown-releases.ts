import type { Octokit } from "../../github/octokit.ts";
import { isFinal } from "./deployment-plan.ts";
import { type DeploymentView, listDeployments, statesOf } from "./deployments.ts";

/** An attempt in another environment, as GitHub's Deployments page has it. */
export interface ShownRelease {
  readonly releaseId: string;
  /** deploy, rollback or repair. */
  readonly kind: string;
  readonly state: string | undefined;
}

/** How far back the page is read; beyond that the active one is not looked for. */
const statesRead = 30;

/**
 * The attempts of an environment, newest first, down to the one that is active: of another environment a job has no store, no
 * credentials and no ledger, and the page is where each says what it has.
 */
export async function shownReleases(
  view: DeploymentView,
  octokit: Octokit,
  environment: string,
): Promise<readonly ShownRelease[]> {
  const there = { ...view, environment };
  const listed = (await listDeployments(there, octokit)).filter(({ attempt, release }) => attempt && release);
  const shown: ShownRelease[] = [];
  for (const one of listed.slice(0, statesRead)) {
    const [{ state } = { state: undefined }] = await statesOf(there, octokit, [one]);
    shown.push({ releaseId: one.release ?? "", kind: one.task, state });
    if (state === "success") break;
  }
  return shown;
}

/** The release that is live there by the page; undefined where none is. */
export function activeRelease(shown: readonly ShownRelease[]): string | undefined {
  return shown.find(({ state }) => state === "success")?.releaseId;
}

/** Whether what is newest there is a rollback, which freezes until the next deploy that is let through. */
export function isHeldUp(shown: readonly ShownRelease[]): boolean {
  return shown.find(({ kind }) => kind !== "repair")?.kind === "rollback";
}

/** Whether the newest attempt there left no release whole, or a rollback or repair is still open. */
export function isUnsettled([newest]: readonly ShownRelease[]): boolean {
  return (
    newest !== undefined && (newest.state === "error" || (newest.kind !== "deploy" && !isFinal(newest.state)))
  );
}
