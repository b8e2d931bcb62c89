import type { RunSummary } from "../../local/github/server/server.ts";
import type { Stack } from "../../local/stack.ts";
import { type FollowOptions, followRun } from "../runs/follow-run.ts";
import type { CallingWorkflows } from "./customer/calling-workflows.ts";

/**
 * The rollback that a stop interrupted, where no deploy or rollback has ended since: until it is run again nobody knows what is
 * live. `runs` are newest first.
 */
export function interruptedRollback(
  runs: readonly Pick<RunSummary, "id" | "path" | "state">[],
  { deploy, rollback }: CallingWorkflows,
): number | undefined {
  const isOf = (file: string | undefined, path: string): boolean =>
    file !== undefined && path.endsWith(`/${file}`);
  const last = runs.find(
    ({ path, state }) => isOf(rollback?.file, path) || (isOf(deploy?.file, path) && state === "ended"),
  );
  return last?.state === "interrupted" ? last.id : undefined;
}

/** Runs it again, and shows that, before HEAD is deployed. */
export async function finishRollback(
  stack: Stack,
  calling: CallingWorkflows,
  options: FollowOptions,
): Promise<void> {
  const interrupted = interruptedRollback(stack.github.runs(), calling);
  if (interrupted === undefined) return;
  const { id } = await stack.github.rerun(interrupted);
  await followRun(stack.state, id, options);
}
