import { pinLines } from "../retention/pin.ts";
import type { Session } from "../session.ts";
import { candidateLines } from "./candidates.ts";
import { overviewLines, readOverview } from "./overview.ts";
import { overviewMarkdown } from "./report.ts";
import { attemptsShown } from "./scene.ts";

/**
 * What is live, who holds the lock, whether pushes are stopped, and the last attempts. Changes nothing. Throws what is
 * damaged in the ledger, or contradicts `live.json`, after it has shown the rest.
 */
export async function status(session: Session): Promise<void> {
  const { context, store, environment, place } = session;
  const { runner, run, clock, env } = context;
  const [overview, pins] = await Promise.all([
    readOverview(store, environment, attemptsShown),
    pinLines(session),
  ]);
  const { live, freeze, candidates } = overview;
  const now = clock.now();
  for (const line of [...overviewLines(overview), ...pins]) runner.info(line);
  for (const line of candidateLines(candidates, live?.releaseId ?? null, now)) runner.info(line);
  runner.output("live-release-id", live?.releaseId ?? "");
  runner.output("frozen", freeze !== null);
  const isLocal = env.AWS_ENDPOINT_URL !== undefined;
  await runner.summary(
    overviewMarkdown(overview, { environment, place, run, now, isLocal, outlook: overview }),
  );
  const { problems } = overview;
  if (problems.length > 0) throw new AggregateError(problems, "the release store is damaged");
}
