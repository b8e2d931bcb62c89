import { spawn } from "node:child_process";
import { LocalError } from "../../local/errors.ts";
import type { Display, DisplayOptions } from "../../local/github/display/display.ts";
import type { RunEvent } from "../../local/github/run-events.ts";
import type { RunSummary } from "../../local/github/server/server.ts";
import type { Stack } from "../../local/stack.ts";
import { followRun } from "../runs/follow-run.ts";
import type { Deployed } from "./customer/check-repository.ts";
import { type Customer, placeOf } from "./customer/customer.ts";
import { liveRelease } from "./live-release.ts";
import { planPush, remoteOf } from "./local-remote.ts";

/** How a start ended: what `npm start -- --once` prints. */
export interface Outcome {
  /** "waiting" for one that is live in staging, where somebody has to let it go on. */
  readonly outcome: "live" | "failed" | "waiting";
  /** The release that is live now; null where none is. */
  readonly release: string | null;
  /** Where pushes go; absent before the first release. */
  readonly environment?: string;
  /** Why that release may not be what visitors get, in words. */
  readonly doubt?: string;
  /** Addresses; absent where the live release has no such tier. */
  readonly site?: string;
  readonly api?: string;
}

interface Pushed extends Deployed {
  readonly customer: Customer;
}

export interface DeployOptions {
  /** Nobody is there to let a release go on from staging: its run is not waited for. */
  readonly once: boolean;
  readonly force: boolean;
  readonly terminal: Pick<DisplayOptions, "stream" | "isTTY" | "noColor" | "unicode" | "columns" | "rows">;
  readonly signal: AbortSignal;
  readonly onDisplay?: (display: Display | undefined) => void;
}

/**
 * Deploys HEAD where it is not live: pushes it, or runs again the run of it that a stop interrupted. A head that is live
 * is left alone; one whose run failed is reported.
 */
export async function deployHead(stack: Stack, pushed: Pushed, options: DeployOptions): Promise<Outcome> {
  const { customer, branch } = pushed;
  const source = { ...pushed, remote: remoteOf(customer, stack.github.gitDirectory) };
  const { site, api } = stack.state;
  const run = await runOfHead(stack, source, options);
  let waits = false;
  const isEnough = (event: RunEvent): boolean => {
    waits = options.once && event.type === "job-waiting" && event.reason.startsWith("a review for ");
    return waits;
  };
  if (run !== undefined) await followRun(stack.state, run.id, { ...options, isEnough });
  const release = await liveRelease(stack.state);
  const { head } = planPush(customer.folder, source.remote, branch, true);
  const isLive =
    release !== undefined &&
    release.doubt === undefined &&
    head.startsWith(release.id.split("-").at(-1) ?? "-");
  const { hasSite, hasApi } = release ?? pushed;
  return {
    outcome: waits ? "waiting" : isLive ? "live" : "failed",
    release: release?.id ?? null,
    ...(release && { environment: release.environment }),
    ...(release?.doubt !== undefined && { doubt: release.doubt }),
    ...(hasSite && { site }),
    ...(hasApi && { api }),
  };
}

/** The run to follow; undefined when HEAD is live already. */
async function runOfHead(
  stack: Stack,
  { customer, workflow, branch, remote }: Pushed & { readonly remote: string },
  options: DeployOptions,
): Promise<RunSummary | undefined> {
  const { folder } = customer;
  const plan = planPush(folder, remote, branch, options.force);
  if (plan.kind === "push") {
    await push(folder, { remote, branch, force: plan.force });
    const started = stack.github.latestRun(workflow, plan.head);
    if (started !== undefined) return started;
    throw new LocalError(
      "NoRun",
      `the push of ${plan.head.slice(0, 7)} started no run of "${workflow}"`,
      "see which pushes its `on` leaves out",
    );
  }
  const latest = stack.github.latestRun(workflow, plan.head);
  if (latest === undefined) return stack.github.dispatch(workflow, branch, {});
  if (latest.state === "interrupted") return stack.github.rerun(latest.id);
  const release = await liveRelease(stack.state);
  if (latest.conclusion === "success" && release !== undefined) {
    const live = plan.head.startsWith(release.id.split("-").at(-1) ?? "-");
    console.log(
      live
        ? `HEAD (${plan.head.slice(0, 7)}) is live already; nothing to deploy`
        : `HEAD (${plan.head.slice(0, 7)}) was deployed before, but ${release.id} is live now; to go forward again: npm run resume${placeOf(folder, release.environment)}`,
    );
    return undefined;
  }
  return latest;
}

/** Pushes HEAD to the branch; its run is shown here, so the hook need not tell it too. */
async function push(
  folder: string,
  { remote, branch, force }: { readonly remote: string; readonly branch: string; readonly force: boolean },
): Promise<void> {
  const args = ["push", "--quiet", ...(force ? ["--force"] : []), remote, `HEAD:refs/heads/${branch}`];
  const child = spawn("git", args, {
    cwd: folder,
    env: { ...process.env, UDAGRAM_PUSH_QUIETLY: "1" },
    stdio: ["ignore", "inherit", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString("utf8");
  });
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (code !== 0)
    throw new LocalError("PushFailed", `git push failed: ${said.trim()}`, "correct what git names");
}
