import type { ActionContext } from "../kit/action.ts";
import { pinLines } from "./retention/pin.ts";
import { type Environment, handleOf } from "./store/environment.ts";
import { candidateLines } from "./views/candidates.ts";
import type { Witnesses } from "./views/condition.ts";
import { overviewLines, readOverview } from "./views/overview.ts";
import { overviewMarkdown } from "./views/overview-summary.ts";
import { attemptsShown, reportContext } from "./views/report-context.ts";

interface Asked {
  readonly witnesses: Witnesses;
  /** What stopped the run before it came to deploy, in words; undefined where nothing did. */
  readonly stopped: string | undefined;
}

/**
 * What is live, whether that is whole and what is open, who holds the lock, whether pushes are stopped, and the last attempts. Changes nothing. Throws what is
 * damaged in the ledger, or contradicts `live.json`, after it has shown the rest.
 */
export async function status(
  { name, store }: Environment,
  { witnesses, stopped }: Asked,
  context: ActionContext,
): Promise<void> {
  const { runner } = context;
  const [overview, pins] = await Promise.all([
    readOverview(store, name, attemptsShown, witnesses),
    pinLines(store),
  ]);
  const { live, freeze, candidates, problems } = overview;
  const report = reportContext(name, overview, context);
  for (const line of [...overviewLines(overview), ...pins]) runner.info(line);
  for (const line of candidateLines(candidates, live?.releaseId ?? null, report.now)) runner.info(line);
  runner.output("live-release-id", live?.releaseId ?? "");
  runner.output("frozen", freeze !== null);
  runner.output("whole", overview.whole);
  runner.output("open", overview.open === null ? "" : handleOf({ name, store }, overview.open.seq));
  await runner.summary(overviewMarkdown(overview, report, stopped));
  if (problems.length > 0) throw new AggregateError(problems, "the release store is damaged");
}
