import type { MigrationEntry } from "../../bundle/manifest.ts";
import { cell, code } from "../../kit/markdown.ts";
import { isUnchecked } from "../../schema/judge/pending.ts";
import { planSchema } from "../../schema/judge/schema-steps.ts";
import type { ReleasePlan } from "./plan.ts";

/**
 * Whether one can go back to what is live once the release is, by the rules of a rollback; "" where nothing is live.
 *
 * | pending migrations | |
 * |---|---|
 * | none, or expand only | yes |
 * | one of which nobody saw what it does | not checked |
 * | contract, each with a down | only with `schema: down` |
 * | contract, one without a down, or an expand after it | no |
 */
export function wayBackLine({ liveReleaseId, migrations }: ReleasePlan): string {
  if (liveReleaseId === null) return "";
  const to = code(liveReleaseId);
  if (refusal(migrations, "keep") !== undefined) {
    const refused = refusal(migrations, "down");
    return refused === undefined
      ? `**Way back:** once it is live, a rollback to ${to} needs \`schema: down\`, which loses what only the newer schema holds.`
      : `**Way back:** none once it is live. A rollback to ${to} would be refused: ${cell(refused)}.`;
  }
  const unseen = migrations.filter(isUnchecked).map(({ name }) => code(name));
  if (unseen.length > 0) {
    return `**Way back:** not checked: nobody saw whether ${to} can live with what ${unseen.join(", ")} ${unseen.length === 1 ? "leaves" : "leave"} behind.`;
  }
  const stay = migrations.length === 0 ? "" : "; its migrations stay applied";
  return `**Way back:** once it is live, one can roll back to ${to}${stay}.`;
}

function refusal(pending: readonly MigrationEntry[], schema: "keep" | "down"): string | undefined {
  try {
    planSchema(pending, schema);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
