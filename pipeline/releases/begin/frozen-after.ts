import { ActionError } from "../../kit/errors.ts";
import type { EndedAttempt } from "../finish/ended-attempt.ts";
import { wayTo } from "../store/commands.ts";
import { type Freeze, frozenError } from "../store/freeze.ts";

/** What a deploy meets in a frozen environment; `ended` is what it ended there, since nobody worked on it any more. */
export function frozenAfter(
  environment: string,
  freeze: Freeze,
  ended: EndedAttempt | undefined,
): ActionError {
  const frozen = frozenError(environment, freeze);
  if (!ended) return frozen;
  const { seq, begin } = ended.attempt;
  const isUndone = begin.kind === "rollback" && ended.outcome !== "live";
  const again = isUndone ? `to go back after all, ${wayTo("rollback", environment, begin.releaseId)}; ` : "";
  const repair = ended.outcome === "not-restored" ? `${wayTo("repair", environment)}; ` : "";
  return new ActionError(
    "EnvironmentFrozen",
    `${frozen.message}; attempt ${seq}, which was left half done, has been ended: ${ended.verdict}`,
    { hint: `${repair}${again}${frozen.hint}`, details: frozen.details },
  );
}
