import type { Manifest } from "../../bundle/manifest.ts";
import { type Relation, relationTo } from "../../github/commits.ts";
import type { Octokit } from "../../github/octokit.ts";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError, explain } from "../../kit/errors.ts";
import type { Runner } from "../../kit/runner.ts";
import { planSchema, type SchemaSteps } from "../../schema/judge/schema-steps.ts";
import { missingObjects } from "../environment/missing-objects.ts";
import { disagreement } from "../store/agreement.ts";
import type { Environment } from "../store/environment.ts";
import { type AttemptSummary, attemptsBackwards } from "../store/history.ts";
import { readAttempt } from "../store/ledger.ts";
import { type Live, readLive } from "../store/live.ts";
import type { Store } from "../store/objects.ts";
import { readReleaseManifest, storedReleases } from "../store/releases.ts";
import { type Candidate, candidatesOf } from "../views/candidates.ts";
import { type Comparison, compareReleases } from "./comparison.ts";
import { answersTo, chooseTarget } from "./target.ts";

/** How many releases are offered, and how far back the ledger is read for them, or for the one that is asked for. */
const candidatesOffered = 20;
const attemptsRead = 500;

/** What would be rolled back to, and what that means. */
export interface RollbackPlan {
  readonly live: Live;
  readonly liveManifest: Manifest;
  readonly target: Candidate;
  readonly targetManifest: Manifest;
  /** The newest attempt by which it was chosen. */
  readonly newestSeq: number;
  readonly candidates: readonly Candidate[];
  readonly comparison: Comparison;
  readonly schema: SchemaSteps;
  /** How the target's commit stands to the live one: `behind` for a rollback proper, `ahead` for going forward again. */
  readonly relation: Relation;
}

/** What was asked for: a release, and what to do with the migrations between. */
export interface RollbackTarget {
  readonly to: string;
  readonly schema: "keep" | "down";
}

/**
 * Chooses the target by the ledger as it is now; throws where there is none, or going there is not safe. `earlier` is what
 * was chosen before: GitHub is not asked again how the same two commits stand to each other. Without the lock an attempt may
 * end between two reads, so what looks like a contradiction then is looked at once more.
 */
export async function planRollback(
  environment: Environment,
  asked: RollbackTarget,
  octokit: Octokit | undefined,
  context: ActionContext,
  earlier?: RollbackPlan,
): Promise<RollbackPlan> {
  const relationOf = async (live: Live, target: Candidate): Promise<Relation> => {
    if (earlier?.live.commit === live.commit && earlier.target.commit === target.commit)
      return earlier.relation;
    // What was taken over came before everything else.
    if (target.commit === "") return "behind";
    if (live.commit === "") return "ahead";
    return octokit ? relationTo(live.commit, target.commit, octokit, context) : "unknown";
  };
  try {
    return await planOnce(environment, asked, relationOf, context);
  } catch (error) {
    if (!(error instanceof ActionError) || error.code !== "LedgerDamaged") throw error;
    return planOnce(environment, asked, relationOf, context);
  }
}

async function planOnce(
  { name, store }: Environment,
  asked: RollbackTarget,
  relationOf: (live: Live, target: Candidate) => Promise<Relation>,
  { runner, clock, signal }: Pick<ActionContext, "runner" | "clock" | "signal">,
): Promise<RollbackPlan> {
  const held = await readLive(store, name);
  if (!held) {
    throw new ActionError("TargetUnknown", `nothing is live in "${name}"`, {
      hint: "take a first release live: let one that waits to be promoted go on, or push; what was verified once can be rolled back to",
    });
  }
  const { live } = held;
  const [attempts, stored] = await Promise.all([
    readAttempts({ name, store }, asked.to, live, runner),
    storedReleases(store),
  ]);
  const damage = disagreement(name, live, attempts[0]);
  if (damage) throw damage;
  const candidates = candidatesOf(attempts).filter(({ releaseId }) => stored.has(releaseId));
  const target = chooseTarget(asked.to, live, candidates, attempts, clock.now());
  const [liveManifest, targetManifest, relation] = await Promise.all([
    readReleaseManifest(store, live.releaseId),
    readReleaseManifest(store, target.releaseId),
    relationOf(live, target),
    readAttempt(store, name, target.seq),
  ]);
  await requireArtifacts(store, targetManifest, signal);
  const comparison = compareReleases(liveManifest, targetManifest);
  const schema = planSchema(comparison.between, asked.schema);
  const newestSeq = attempts[0]?.seq ?? 0;
  return { live, liveManifest, target, targetManifest, newestSeq, candidates, comparison, schema, relation };
}

/** The newest attempts: enough for a choice of releases, and to find what `to` asks for. */
async function readAttempts(
  { name, store }: Environment,
  to: string,
  live: Live,
  runner: Pick<Runner, "warning">,
): Promise<readonly AttemptSummary[]> {
  const attempts: AttemptSummary[] = [];
  const offered = new Set<string>();
  let isFound = false;
  const backwards = attemptsBackwards(store, name, live.seq, (problem) => runner.warning(explain(problem)));
  for await (const attempt of backwards) {
    attempts.push(attempt);
    const { begin, end } = attempt;
    if (end?.outcome === "live") {
      offered.add(begin.releaseId);
      isFound ||= to === "previous" ? begin.releaseId === live.previousReleaseId : answersTo(to, begin);
    }
    if ((isFound && offered.size >= candidatesOffered) || attempts.length === attemptsRead) break;
  }
  return attempts;
}

/** Throws `RollbackRefused` where the store lacks anything that going to the target needs. */
export async function requireArtifacts(store: Store, target: Manifest, signal: AbortSignal): Promise<void> {
  const missing = await missingObjects(store, target, signal);
  if (missing.length === 0) return;
  const shown = `${missing.slice(0, 5).join(", ")}${missing.length > 5 ? ` and ${missing.length - 5} more` : ""}`;
  throw new ActionError(
    "RollbackRefused",
    `the artifacts of release "${target.id}" are not all there: ${shown}`,
    {
      hint: "restore them from the bucket's versions, or name another release in `to`",
    },
  );
}
