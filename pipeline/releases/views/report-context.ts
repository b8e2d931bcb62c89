import type { ActionContext } from "../../kit/action.ts";
import { explain } from "../../kit/errors.ts";
import type { WorkflowRun } from "../../kit/workflow-run.ts";
import type { Environment } from "../store/environment.ts";
import type { Witnesses } from "./condition.ts";
import { isLaptop } from "./laptop.ts";
import { type BriefOverview, readBriefOverview } from "./overview.ts";

/** How many attempts back a summary looks for releases to roll back to. */
export const attemptsShown = 20;

/** What a summary shows around the attempt that it is about. */
export interface ReportContext {
  readonly environment: string;
  readonly run: Pick<WorkflowRun, "url">;
  readonly now: Date;
  readonly isLaptop: boolean;
  /** undefined where the release store did not answer any more. */
  readonly overview: BriefOverview | undefined;
}

/** What is around an overview that was read already. */
export function reportContext(
  environment: string,
  overview: BriefOverview | undefined,
  { run, clock, env }: Pick<ActionContext, "run" | "clock" | "env">,
): ReportContext {
  return { environment, run, now: clock.now(), isLaptop: isLaptop(env), overview };
}

/** Reads what the summary shows. A summary is a view: what cannot be read is missing in it, and fails nothing. */
export async function readReportContext(
  { name, store }: Environment,
  context: ActionContext,
  witnesses?: Witnesses,
): Promise<ReportContext> {
  const overview = await readBriefOverview(store, name, attemptsShown, witnesses).catch((error: unknown) => {
    context.signal.throwIfAborted();
    context.runner.warning(`could not read the candidates for the summary: ${explain(error)}`);
    return undefined;
  });
  return reportContext(name, overview, context);
}
