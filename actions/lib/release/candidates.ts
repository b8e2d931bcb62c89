import type { AttemptRecord } from "./ledger.ts";

/** A release that was verified live, and so one that can be rolled back to. */
export interface Candidate {
  readonly releaseId: string;
  readonly commit: string;
  readonly apiVersion: string;
  readonly subject: string;
  readonly by: string;
  /** When it last went live; ISO 8601, UTC. */
  readonly liveAt: string;
  readonly seq: number;
  /** What was live before it first went live. */
  readonly previousReleaseId: string | null;
}

/** The releases that were verified live, each once, the last one first. `attempts` are newest first. */
export function candidatesOf(attempts: readonly AttemptRecord[]): readonly Candidate[] {
  const candidates = new Map<string, Candidate>();
  for (const { seq, begin, end } of attempts) {
    if (end?.outcome !== "live" || candidates.has(begin.releaseId)) continue;
    candidates.set(begin.releaseId, {
      releaseId: begin.releaseId,
      commit: begin.commit,
      apiVersion: begin.apiVersion,
      subject: begin.subject,
      by: begin.by,
      liveAt: end.at,
      seq,
      previousReleaseId: end.previousReleaseId,
    });
  }
  return [...candidates.values()];
}

/** A line per candidate, as every message that offers a choice shows them. */
export function candidateLines(
  candidates: readonly Candidate[],
  liveReleaseId: string | null,
): readonly string[] {
  return candidates.map(
    ({ releaseId, apiVersion, liveAt, by, subject }) =>
      `${releaseId}  API ${apiVersion}  live ${liveAt}  ${by}${subject === "" ? "" : `  ${subject}`}${releaseId === liveReleaseId ? "  (live now)" : ""}`,
  );
}
