import type { Manifest } from "../../bundle/manifest.ts";
import { checkPending } from "../../schema/check-pending.ts";
import { isUnchecked, type Lint } from "../../schema/judge/pending.ts";
import type { SchemaState } from "../../schema/judge/schema-state.ts";
import type { Tier } from "../store/keys.ts";
import { planRelease, type ReleasePlan } from "./plan.ts";

interface CheckedPlan {
  readonly plan: ReleasePlan;
  /** What is known of the database; undefined where nobody asked, or no deploy has written it. */
  readonly state: SchemaState | undefined;
}

/** Plans the release and judges its migrations; what is known of the database is read only where some were seen. */
export async function planChecked(
  candidate: Manifest,
  live: Manifest | null,
  options: { readonly lint: Lint; readonly mayDrop: readonly Tier[] },
  readState: () => Promise<SchemaState | undefined>,
): Promise<CheckedPlan> {
  const plan = (state: SchemaState | undefined) =>
    planRelease(candidate, live, checkPending({ lint: options.lint, state }), options.mayDrop);
  const first = plan(undefined);
  if (!first.migrations.some((one) => !isUnchecked(one))) return { plan: first, state: undefined };
  const state = await readState();
  return { plan: plan(state), state };
}
