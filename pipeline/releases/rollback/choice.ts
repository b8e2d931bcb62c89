import type { Manifest } from "../../bundle/manifest.ts";
import { type Relation, relationTo } from "../../github/commits.ts";
import { ActionError, explain } from "../../kit/errors.ts";
import { missingObjects } from "../begin/restorable.ts";
import type { Session } from "../session.ts";
import { disagreement } from "../store/agreement.ts";
import { type AttemptSummary, attemptsBackwards } from "../store/history.ts";
import { readAttempt } from "../store/ledger.ts";
import { type Live, readLive } from "../store/live.ts";
import { readReleaseManifest, storedReleases } from "../store/releases.ts";
import { type Candidate, candidatesOf } from "../views/candidates.ts";
import type { RollbackInputs } from "./inputs.ts";
import {
  answersTo,
  type Comparison,
  chooseTarget,
  compareReleases,
  planSchema,
  type SchemaSteps,
} from "./plan.ts";

/** How many releases are offered, and how far back the ledger is read for them, or for the one that is asked for. */
const candidatesOffered = 20;
const attemptsRead = 500;

/** What would be rolled back to, and what that means. */
export interface Choice {
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

/**
 * Chooses the target by the ledger as it is now; throws where there is none, or going there is not safe. `earlier` is what
 * was chosen before: GitHub is not asked again how the same two commits stand to each other. Without the lock an attempt may
 * end between two reads, so what looks like a contradiction then is looked at once more.
 */
export async function choose(session: Session, given: RollbackInputs, earlier?: Choice): Promise<Choice> {
  try {
    return await chooseOnce(session, given, earlier);
  } catch (error) {
    if (!(error instanceof ActionError) || error.code !== "LedgerDamaged") throw error;
    return chooseOnce(session, given, earlier);
  }
}

async function chooseOnce(
  session: Session,
  given: RollbackInputs,
  earlier: Choice | undefined,
): Promise<Choice> {
  const { store, environment, context } = session;
  const held = await readLive(store, environment);
  if (!held) {
    throw new ActionError("TargetUnknown", `nothing is live in "${environment}"`, {
      hint: "push to main: the first deploy that is verified can be rolled back to",
    });
  }
  const { live } = held;
  const [attempts, stored] = await Promise.all([
    readAttempts(session, given.to, live),
    storedReleases(store),
  ]);
  const damage = disagreement(environment, live, attempts[0]);
  if (damage) throw damage;
  const candidates = candidatesOf(attempts).filter(({ releaseId }) => stored.has(releaseId));
  const target = chooseTarget(given.to, live, candidates, attempts, context.clock.now());
  const [liveManifest, targetManifest, relation] = await Promise.all([
    readReleaseManifest(store, live.releaseId),
    readReleaseManifest(store, target.releaseId),
    relationOf(session, live, target, earlier),
    readAttempt(store, environment, target.seq),
  ]);
  await requireArtifacts(session, targetManifest);
  const comparison = compareReleases(liveManifest, targetManifest);
  const schema = planSchema(comparison.between, given.schema);
  const newestSeq = attempts[0]?.seq ?? 0;
  return { live, liveManifest, target, targetManifest, newestSeq, candidates, comparison, schema, relation };
}

async function relationOf(
  { octokit, context }: Session,
  live: Live,
  target: Candidate,
  earlier: Choice | undefined,
): Promise<Relation> {
  if (earlier?.live.commit === live.commit && earlier.target.commit === target.commit)
    return earlier.relation;
  return octokit ? relationTo(live.commit, target.commit, octokit, context) : "unknown";
}

/** The newest attempts: enough for a choice of releases, and to find what `to` asks for. */
async function readAttempts(
  { store, environment, context }: Session,
  to: string,
  live: Live,
): Promise<readonly AttemptSummary[]> {
  const attempts: AttemptSummary[] = [];
  const offered = new Set<string>();
  let isFound = false;
  const backwards = attemptsBackwards(store, environment, live.seq, (problem) =>
    context.runner.warning(explain(problem)),
  );
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
export async function requireArtifacts({ store, context }: Session, target: Manifest): Promise<void> {
  const missing = await missingObjects(store, target, context.signal);
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
