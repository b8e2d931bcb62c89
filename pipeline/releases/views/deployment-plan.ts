import type { Outcome } from "../store/entries.ts";

export type DeploymentState = "in_progress" | "success" | "failure" | "error" | "inactive";

/** A deployment as the page has it; `state` is undefined before its first status. */
export interface Shown {
  readonly id: number;
  /** The handle of its attempt; undefined for one that somebody else made. */
  readonly attempt: string | undefined;
  readonly state: string | undefined;
}

const finalStates: Readonly<Record<Outcome, DeploymentState>> = {
  live: "success",
  "put-back": "failure",
  unchanged: "failure",
  "nothing-to-restore": "failure",
  "not-restored": "error",
};

/**
 * The statuses that make the page say what the ledger says of an attempt that is over; `shown` in any order. Planning
 * again what was applied plans nothing.
 *
 * | attempt | a later deployment is active | its own | every earlier one |
 * |---|---|---|---|
 * | live | no | success, last of all | inactive, where it is active or was left unfinished |
 * | live | yes | inactive | as it is |
 * | anything else | any | failure, or error where putting back failed | as it is: what was active is active still |
 */
export function planStatuses(
  shown: readonly Shown[],
  handle: string,
  outcome: Outcome,
): readonly { readonly id: number; readonly state: DeploymentState }[] {
  const own = shown.filter(({ attempt }) => attempt === handle);
  const [newest] = [...own].sort((a, b) => b.id - a.id);
  if (!newest || own.every(({ state }) => isFinal(state))) return [];
  const open = own.filter(({ state }) => !isFinal(state));
  if (outcome !== "live") return open.map(({ id }) => ({ id, state: finalStates[outcome] }));
  const isSuperseded = shown.some(({ id, state }) => id > newest.id && state === "success");
  if (isSuperseded) return open.map(({ id }) => ({ id, state: "inactive" }));
  const earlier = shown.filter(({ id, state }) => id < newest.id && (state === "success" || !isFinal(state)));
  return [
    ...earlier.map(({ id }) => ({ id, state: "inactive" as const })),
    { id: newest.id, state: "success" },
  ];
}

/** True for a state after which GitHub shows the deployment as over. */
export function isFinal(state: string | undefined): boolean {
  return state === "success" || state === "failure" || state === "error" || state === "inactive";
}
