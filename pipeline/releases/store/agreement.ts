import { ActionError } from "../../kit/errors.ts";
import { wayTo } from "./commands.ts";
import { keys } from "./keys.ts";
import type { AttemptRecord } from "./ledger.ts";
import type { Live } from "./live.ts";

/**
 * Why `live.json` and the newest attempt contradict each other; undefined where they agree. Every end says which release
 * is live from there on, so the newest attempt alone decides:
 *
 * | newest attempt | live.json must name |
 * |---|---|
 * | none | nothing |
 * | ended live | its release, by this very attempt |
 * | ended otherwise | the release that its end names |
 * | unfinished | what was live when it began, or, verified already, its own release by this attempt |
 */
export function disagreement(
  environment: string,
  live: Live | null,
  newest: Pick<AttemptRecord, "seq" | "begin" | "end"> | undefined,
): ActionError | undefined {
  const named = live ? `release "${live.releaseId}" by attempt ${live.seq}` : "nothing";
  const contradicted = (ledger: string): ActionError =>
    new ActionError(
      "LedgerDamaged",
      `"${keys.live(environment)}" names ${named} as live, but by the ledger it is ${ledger}`,
      {
        hint: `${wayTo("repair", environment)}, which puts what the ledger says in place again`,
      },
    );
  if (!newest) return live ? contradicted("empty, so nothing is") : undefined;
  const { seq, begin, end } = newest;
  const isByNewest = live?.seq === seq && live.releaseId === begin.releaseId;
  if (end?.outcome === "live") {
    return isByNewest ? undefined : contradicted(`release "${begin.releaseId}" by attempt ${seq}`);
  }
  if (!end && isByNewest) return undefined;
  const expected = end ? end.liveReleaseId : (begin.live?.releaseId ?? null);
  const isBefore = (live?.releaseId ?? null) === expected && (live === null || live.seq < seq);
  return isBefore ? undefined : contradicted(expected === null ? "nothing" : `release "${expected}"`);
}
