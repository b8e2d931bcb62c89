import type { Manifest } from "../lib/bundle.ts";
import { ActionError } from "../lib/errors.ts";
import { type Candidate, candidatesOf } from "../lib/release/candidates.ts";
import { keys } from "../lib/release/keys.ts";
import { recentAttempts } from "../lib/release/ledger.ts";
import { type Live, readLive } from "../lib/release/live.ts";
import { hasObject } from "../lib/release/objects.ts";
import { readReleaseManifest } from "../lib/release/releases.ts";
import { type Relation, relationTo } from "../release/commits.ts";
import type { Session } from "../release/session.ts";
import type { RollbackInputs } from "./inputs.ts";
import { type Comparison, chooseTarget, compareReleases, planSchema, type SchemaSteps } from "./plan.ts";

/** How far back the ledger is read for releases to choose from. */
const attemptsRead = 60;

/** What would be rolled back to, and what that means. */
export interface Choice {
  readonly live: Live;
  readonly liveManifest: Manifest;
  readonly target: Candidate;
  readonly targetManifest: Manifest;
  readonly candidates: readonly Candidate[];
  readonly comparison: Comparison;
  readonly schema: SchemaSteps;
  /** How the target's commit stands to the live one: `behind` for a rollback proper, `ahead` for going forward again. */
  readonly relation: Relation;
}

/** Chooses the target by the ledger as it is now; throws where there is none, or going there is not safe. */
export async function choose(session: Session, given: RollbackInputs): Promise<Choice> {
  const { store, environment, context, octokit } = session;
  const [held, attempts] = await Promise.all([
    readLive(store, environment),
    recentAttempts(store, environment, attemptsRead),
  ]);
  if (!held) {
    throw new ActionError("TargetUnknown", `nothing is live in "${environment}"`, {
      hint: "push to main: the first deploy that is verified can be rolled back to",
    });
  }
  const { live } = held;
  const candidates = candidatesOf(attempts);
  const target = chooseTarget(given.to, live, candidates, attempts, context.clock.now());
  await requireArtifacts(session, target);
  const [liveManifest, targetManifest, relation] = await Promise.all([
    readReleaseManifest(store, live.releaseId),
    readReleaseManifest(store, target.releaseId),
    octokit ? relationTo(live.commit, target.commit, octokit, context) : ("unknown" as const),
  ]);
  const comparison = compareReleases(liveManifest, targetManifest);
  const schema = planSchema(comparison.between, given.schema);
  return { live, liveManifest, target, targetManifest, candidates, comparison, schema, relation };
}

async function requireArtifacts({ store }: Session, { releaseId }: Candidate): Promise<void> {
  const needed = [keys.manifest(releaseId), keys.api(releaseId), keys.migrations(releaseId)];
  const there = await Promise.all(needed.map((key) => hasObject(store, key)));
  const gone = needed.filter((_, index) => !there[index]);
  if (gone.length === 0) return;
  throw new ActionError(
    "RollbackRefused",
    `the artifacts of release "${releaseId}" are gone: ${gone.join(", ")}`,
    {
      hint: "restore them from the bucket's versions, or name another release in `to`",
    },
  );
}
