import type { ConcurrencyLease, RunnerServices } from "../../runner-services.ts";
import type { Scope } from "../expressions/expression.ts";
import { evaluateBoolean, evaluateText } from "../expressions/template.ts";
import type { Concurrency } from "../workflow/model.ts";

/** A place in a group, and the group's name. */
export interface GroupPlace extends ConcurrencyLease {
  readonly group: string;
}

/**
 * Waits for a place in a concurrency group; undefined where there is none to enter. Throws where a caller or the run itself
 * holds the group: on GitHub that is a deadlock, which it cancels. Rejects as `Gates.concurrency` does.
 */
export async function enterGroup(
  gates: RunnerServices["gates"],
  concurrency: Concurrency | undefined,
  scope: Scope,
  entrant: {
    readonly heldGroups: readonly string[];
    readonly cancel: AbortController;
    readonly onWait: (ahead: number, group: string) => void;
  },
): Promise<GroupPlace | undefined> {
  if (concurrency === undefined) return undefined;
  const group = evaluateText(concurrency.group, scope);
  const { cancelInProgress, queue } = concurrency;
  const { cancel, heldGroups } = entrant;
  if (heldGroups.some((held) => held.toLowerCase() === group.toLowerCase())) {
    throw new Error(`deadlock: the run holds the concurrency group "${group}" that the job waits for`);
  }
  cancel.signal.throwIfAborted();
  const lease = await gates.concurrency({
    group,
    cancelInProgress: cancelInProgress ? evaluateBoolean(cancelInProgress, scope) : false,
    queue,
    signal: cancel.signal,
    onWait: (ahead) => entrant.onWait(ahead, group),
    cancelHolder: (reason) => cancel.abort(new Error(reason)),
  });
  return { group, release: () => lease.release() };
}
