import type { Outcome } from "../store/entries.ts";

/** The first line of log and summary: what is live now, and why. */
export function verdict(end: {
  readonly environment: string;
  readonly outcome: Outcome;
  readonly releaseId: string;
  readonly liveReleaseId: string | null;
  readonly reason: string;
}): string {
  const { environment, releaseId, liveReleaseId, reason } = end;
  const texts: Record<Outcome, string> = {
    live: `${releaseId} is live in ${environment}: ${reason}`,
    "put-back": `${liveReleaseId} is live again in ${environment}; ${releaseId} was put back: ${reason}`,
    unchanged: `${liveReleaseId ?? "nothing"} is live in ${environment}, untouched; ${releaseId} changed nothing: ${reason}`,
    "not-restored": `${environment} is neither ${releaseId} nor wholly ${liveReleaseId}; putting back failed too: ${reason}`,
    "nothing-to-restore": `nothing is live in ${environment}: ${releaseId} is its first release, and there is none to go back to: ${reason}`,
  };
  return texts[end.outcome];
}
