import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunSummary } from "../../../local/github/server/server.ts";
import { lockTtlMs } from "../../../pipeline/releases/store/lock-expiry.ts";
import { root } from "../../../scripts/root.ts";
import { findingsOf, Visitor } from "../../visitor.ts";
import { pairColumns } from "./commits.ts";
import { brokenPromises, newestAttempts } from "./judge.ts";
import type { Pair } from "./pair.ts";
import type { Point } from "./points.ts";
import { type Flow, key, type Stage } from "./stage.ts";
import { TierOrder } from "./tier-order.ts";
import { breakService, type Service, strikeAt, strikes, type Trigger } from "./trigger.ts";
import { untrueWords } from "./words.ts";

/**
 * What goes wrong.
 * flaky: a request fails three times, with 503, a reset before and a reset after its effect; refused: 403 from there on,
 * until the run is over; killed: SIGKILL for the job's processes, the rest of the run goes on; lost: the whole run ends
 * there, its finish too; cancelled: somebody cancels the run; stuck: a request is not answered until the job's time is
 * over; outage: a service answers everything with 503 for 25 seconds; vanished: the machine is gone, GitHub says for ever that the run is running, and only the lock's time ends it.
 */
export type Trouble =
  | { readonly kind: "flaky" | "refused"; readonly point: Point }
  | { readonly kind: "outage"; readonly service: Service; readonly trigger: Trigger }
  | {
      readonly kind: "killed" | "lost" | "cancelled" | "stuck" | "vanished";
      readonly trigger: Trigger;
    };

/** What people do when a run has left something half done; a "push" meets the freeze of a rollback, and ends what it left all the same. */
export type Recovery = "deploy" | "push" | "rollback" | "repair" | "resume";

export interface Fault {
  readonly id: string;
  readonly flow: Flow;
  readonly trouble: Trouble;
  readonly recovery: Recovery;
}

/** Lets one thing go wrong, recovers as people would, and throws every promise that is then broken. */
export async function runFault(pair: Pair, fault: Fault): Promise<void> {
  const { stage } = pair;
  await pair.ensure(fault.flow === "deploy" ? "a" : "b");
  if (fault.flow === "resume") await stage.ended(await stage.begin("rollback"));
  const releases = [pair.a, pair.b];
  const { site, api } = stage.stack.state;
  const visitor = new Visitor({ site, api, apiPaths: ["/version", "/api/v0/feed"], pauseMs: 120 });
  const order = new TierOrder(pair);
  const runs: RunSummary[] = [];
  const broken: string[] = [];
  try {
    runs.push(await disturb(pair, fault, broken));
    if (fault.flow === "resume") await stage.allEnded();
    broken.push(
      ...(await untrueWords(stage, releases, { mayBeUntold: fault.id.includes("POST deployments") })),
    );
    if (await needsRecovery(stage, fault)) runs.push(await recover(pair, fault, broken));
    if (fault.flow === "resume") await stage.allEnded();
  } finally {
    stage.clock.aheadMs = 0;
    await stage.clearFaults();
    const seen = findingsOf(await visitor.stop(), releases);
    broken.push(...seen.map(({ text }) => `a visitor met: ${text}`), ...(await order.stop()));
  }
  const { trouble } = fault;
  const isRefusedView =
    "point" in trouble && trouble.kind === "refused" && trouble.point.service === "github";
  const expected = {
    mayBeFrozen: fault.flow === "rollback",
    // A push that meets a freeze leaves the lock of a dead run to whoever takes it next.
    mayBeLocked: fault.recovery === "push",
    mayMisreport: isRefusedView,
    releases,
    columns: pairColumns,
  };
  broken.push(...(await brokenPromises(stage, expected)));
  if (broken.length > 0) throw new Error(`${broken.join("\n")}\nlog: ${keepLog(stage, fault, runs)}`);
}

/** Runs the flow with its trouble; resolves when the run has ended and no fault is on any more. */
async function disturb(pair: Pair, fault: Fault, broken: string[]): Promise<RunSummary> {
  const { stage } = pair;
  const { flow, trouble } = fault;
  if ("point" in trouble) {
    if (trouble.kind === "refused") await strikeAt(stage, trouble.point, { status: 403 });
    else {
      for (const effect of [{ status: 503 }, { drop: "before" }, { drop: "after" }] as const) {
        await strikeAt(stage, trouble.point, effect, 1);
      }
    }
    const run = await stage.ended(await stage.begin(flow));
    if ((await strikes(stage)).struck === 0)
      broken.push("the fault did not strike: the request was not made");
    if (trouble.kind === "flaky" && run.conclusion !== "success")
      broken.push(`the run ended ${run.conclusion}`);
    await stage.clearFaults();
    await checkGreen(pair, fault, run, broken);
    return run;
  }
  const { kind, trigger } = trouble;
  await trigger.arm(stage);
  try {
    const id = await stage.begin(flow, kind === "stuck" ? stuckMinutes : undefined);
    if (!(await trigger.reached(stage, id))) broken.push("the run ended before it came to the fault");
    if (kind === "killed") stage.killProcessesOf(id);
    if (kind === "lost") await stage.loseRun(id);
    if (kind === "cancelled") stage.stack.github.cancelRun(id);
    if (kind === "stuck") await timedOut(stage, id);
    if (kind === "outage") await outage(stage, trouble.service);
    if (kind === "vanished") {
      stage.vanish(id);
      stage.clock.aheadMs = lockTtlMs + 60_000;
    }
    // Held requests of a process that is gone must end as such before they are let go.
    await sleep(50);
    await trigger.release(stage);
    const run = await stage.ended(id);
    await checkGreen(pair, fault, run, broken);
    return run;
  } finally {
    await trigger.release(stage);
  }
}

const outageMs = 25_000;

async function outage(stage: Stage, service: Service): Promise<void> {
  await breakService(stage, service);
  await sleep(outageMs);
  await stage.clearFaults();
}

/** How long a job may take that is to be ended for taking too long; it has to get as far as its fault in that time. */
const stuckMinutes = 1;

/** Waits until the runner has ended a job because its time was over. */
async function timedOut(stage: Stage, run: number): Promise<void> {
  for await (const event of stage.stack.github.follow(run)) {
    if (event.type === "annotation" && event.message.includes("maximum execution time")) return;
  }
}

/** Green means that the release is live. */
async function checkGreen(pair: Pair, { flow }: Fault, run: RunSummary, broken: string[]): Promise<void> {
  if (flow === "resume") return;
  const { releaseId } = await pair.stage.live();
  const target = (flow === "deploy" ? pair.b : pair.a).id;
  if (run.conclusion === "success" && releaseId !== target) {
    broken.push(`the ${flow} is green, and live is ${releaseId}`);
  }
}

/** A run that was lost leaves its attempt to the next one; otherwise only what could not be ended needs anybody. */
async function needsRecovery(stage: Stage, { flow, trouble }: Fault): Promise<boolean> {
  if (flow === "resume") return (await stage.read(key("freeze.json"))) !== undefined;
  if (trouble.kind === "lost" || trouble.kind === "vanished") return true;
  const [newest] = await newestAttempts(stage, 1);
  const isWhole = newest?.end !== undefined && newest.end.outcome !== "not-restored";
  return !isWhole || (await stage.read(key("lock.json"))) !== undefined;
}

async function recover({ stage, a }: Pair, { recovery }: Fault, broken: string[]): Promise<RunSummary> {
  const isBack = (await stage.live()).releaseId === a.id;
  const what = recovery === "rollback" && isBack ? "repair" : recovery;
  const isFrozen = (await stage.read(key("freeze.json"))) !== undefined;
  const run = await stage.ended(await stage.begin(what === "push" ? "deploy" : what));
  const wanted = what === "push" && isFrozen ? "failure" : "success";
  if (run.conclusion !== wanted) broken.push(`the ${what} afterwards ended ${run.conclusion}`);
  return run;
}

/** What the runs of a failed case printed, for whoever looks into it. */
function keepLog(stage: Stage, { id }: Fault, runs: readonly RunSummary[]): string {
  const directory = join(root, "test/results/release");
  mkdirSync(directory, { recursive: true });
  const name = `${id.replace(/[^\w.-]+/g, "_")}.log`;
  const text = runs.map((run) => `run ${run.id}: ${run.conclusion}\n${stage.logOf(run.id)}`).join("\n\n");
  writeFileSync(join(directory, name), text);
  return `test/results/release/${name}`;
}
