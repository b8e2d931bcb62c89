import { ActionError } from "../../kit/errors.ts";
import { wayTo } from "./commands.ts";
import type { RunReference } from "./entries.ts";
import { keys } from "./keys.ts";
import { createText, readText, removeObject, type Store } from "./objects.ts";

/** Why pushes do not go live until somebody resumes. */
export interface Freeze {
  readonly schema: 1;
  readonly by: string;
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  readonly run: RunReference;
}

interface HeldFreeze {
  readonly freeze: Freeze;
  readonly etag: string;
}

export async function readFreeze(store: Store, environment: string): Promise<HeldFreeze | undefined> {
  const key = keys.freeze(environment);
  const stored = await readText(store, key);
  if (!stored) return undefined;
  try {
    return { freeze: JSON.parse(stored.text) as Freeze, etag: stored.etag };
  } catch (cause) {
    throw new ActionError("LedgerDamaged", `"${key}" is torn: it is no JSON`, {
      hint: "the environment counts as frozen; remove the object by hand once you know why it was frozen",
      cause,
    });
  }
}

/** Freezes the environment; where it is frozen already the first freeze stays. Returns the one that holds. */
export async function freezeEnvironment(store: Store, environment: string, freeze: Freeze): Promise<Freeze> {
  const created = await createText(store, keys.freeze(environment), `${JSON.stringify(freeze, null, 2)}\n`);
  if (created) return freeze;
  return (await readFreeze(store, environment))?.freeze ?? freezeEnvironment(store, environment, freeze);
}

/** Lifts the freeze that was read; false when somebody else froze or resumed meanwhile. */
export async function liftFreeze(store: Store, environment: string, held: HeldFreeze): Promise<boolean> {
  return removeObject(store, keys.freeze(environment), held.etag);
}

/** What a deploy meets in a frozen environment. */
export function frozenError(environment: string, freeze: Freeze): ActionError {
  return new ActionError(
    "EnvironmentFrozen",
    `"${environment}" is frozen since ${freeze.since} by ${freeze.by}: ${freeze.reason}`,
    {
      hint: `${wayTo("resume", environment)} once pushes may go live again`,
      details: { "frozen by run": freeze.run.url },
    },
  );
}
