import type { Octokit } from "../../github/octokit.ts";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError } from "../../kit/errors.ts";
import { folded } from "../../kit/markdown.ts";
import type { EndedAttempt } from "../finish/ended-attempt.ts";
import { endSummary, notLive } from "../finish/report-end.ts";
import type { SummaryLinks } from "../finish/summary.ts";
import { wayTo } from "../store/commands.ts";
import type { Environment } from "../store/environment.ts";
import type { Witnesses } from "../views/condition.ts";
import { readReportContext } from "../views/report-context.ts";
import { planRollback, type RollbackPlan, type RollbackTarget } from "./plan.ts";
import { comparisonMarkdown, refusalMarkdown, rollbackLines } from "./summary.ts";

/** What was rolled back to, and how that ended. */
export interface RolledBack {
  readonly plan: RollbackPlan;
  readonly ended: EndedAttempt;
}

/** Plans the rollback; where that is refused, the summary says why and what else there is to choose. */
export async function planOrExplain(
  environment: Environment,
  asked: RollbackTarget,
  octokit: Octokit | undefined,
  witnesses: Witnesses,
  context: ActionContext,
): Promise<RollbackPlan> {
  try {
    return await planRollback(environment, asked, octokit, context);
  } catch (error) {
    if (error instanceof ActionError) {
      const report = await readReportContext(environment, context, witnesses);
      await context.runner.summary(refusalMarkdown(error.message, error.hint, report));
    }
    throw error;
  }
}

/** What is live and what would be, in the log. */
export async function showPlan(
  environment: string,
  plan: RollbackPlan,
  { runner, clock }: Pick<ActionContext, "runner" | "clock">,
): Promise<void> {
  await runner.group(`Plan: roll ${environment} back to ${plan.target.releaseId}`, async () => {
    for (const line of rollbackLines(plan, clock.now())) runner.info(line);
  });
}

/** How the rollback ended: outputs, summary, and the failure where the target is not live. */
export async function reportRollback(
  environment: Environment,
  { plan, ended }: RolledBack,
  links: SummaryLinks,
  context: ActionContext,
): Promise<void> {
  const { runner } = context;
  runner.output("outcome", ended.outcome);
  runner.output("release-id", plan.target.releaseId);
  runner.output("live-release-id", ended.liveReleaseId ?? "");
  const around = await readReportContext(environment, context);
  const comparison = comparisonMarkdown(plan, ["was live", "target"], around).trimEnd();
  const summary = await endSummary(environment, ended, links, context, around);
  await runner.summary(`${summary}\n${folded("Both releases side by side", comparison)}\n`);
  if (ended.outcome !== "live") throw notLive(ended);
  runner.info(ended.verdict);
  runner.info(
    `${environment.name} stays frozen; to let pushes through, ${wayTo("resume", environment.name)}`,
  );
}
