import { code } from "../kit/markdown.ts";
import type { MigrateResult } from "./migrate.ts";
import type { SchemaPlan } from "./plan.ts";

/** What to warn of, besides applying what is pending. */
export function planWarnings(plan: SchemaPlan): string[] {
  const late = plan.pending.filter(({ outOfOrder }) => outOfOrder).map(({ name }) => name);
  return [
    ...(late.length > 0 ? [`applied out of order, since they were merged late: ${late.join(", ")}`] : []),
    ...plan.changed.map(({ name, reason }) => `migration "${name}": ${reason}`),
  ];
}

/** The outcome as Markdown for the job summary; "" when there was nothing to do. */
export function summarize({ plan, applied }: MigrateResult): string {
  if (plan.pending.length === 0) return "";
  const msOf = new Map(applied.map(({ name, ms }) => [name, ms]));
  const rows = plan.pending.map(({ name, phase, reversible }) => {
    const ms = msOf.get(name);
    const took = ms === undefined ? "by another run" : `${Math.round(ms)} ms`;
    return `| ${code(name)} | ${phase} | ${reversible ? "yes" : "no"} | ${took} |`;
  });
  return [
    "### Schema",
    "",
    "| migration | phase | way back | took |",
    "|---|---|---|---|",
    ...rows,
    "",
    "",
  ].join("\n");
}
