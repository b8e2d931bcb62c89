import { candidateLines, candidatesOf } from "../lib/release/candidates.ts";
import type { AttemptKind, Outcome } from "../lib/release/entries.ts";
import { readFreeze } from "../lib/release/freeze.ts";
import { type AttemptRecord, movedTiers, recentAttempts } from "../lib/release/ledger.ts";
import { readLive } from "../lib/release/live.ts";
import { readLock } from "../lib/release/lock.ts";
import { cell, code, table } from "../lib/release/markdown.ts";
import { wayBack } from "./report.ts";
import type { Session } from "./session.ts";

const attemptsShown = 20;

/** What is live, who holds the lock, whether pushes are stopped, and the last attempts. Changes nothing. */
export async function status({ context, store, environment }: Session): Promise<void> {
  const { runner } = context;
  const [live, freeze, lock, attempts] = await Promise.all([
    readLive(store, environment),
    readFreeze(store, environment),
    readLock(store, environment),
    recentAttempts(store, environment, attemptsShown),
  ]);
  const liveId = live?.live.releaseId ?? null;
  const facts = [
    `live    ${liveId ?? "nothing"}${live ? `, verified ${live.live.verifiedAt}, attempt ${live.live.seq}` : ""}`,
    `freeze  ${freeze ? `since ${freeze.freeze.since} by ${freeze.freeze.by}: ${freeze.freeze.reason}` : "none"}`,
    `lock    ${lock ? `${lock.by} (${lock.operation}) since ${lock.since}: ${lock.run.url}` : "free"}`,
  ];
  for (const line of facts) runner.info(line);
  for (const line of candidateLines(candidatesOf(attempts), liveId)) runner.info(line);
  runner.output("live-release-id", liveId ?? "");
  runner.output("frozen", freeze !== undefined);
  await runner.summary(
    [
      `### ${liveId === null ? "Nothing" : code(liveId)} is live in ${cell(environment)}`,
      facts.map((fact) => `- ${cell(fact)}`).join("\n"),
      table(
        ["attempt", "kind", "release", "by", "outcome", "moved", "why"],
        attempts.map((attempt) => attemptRow(attempt)),
      ),
      wayBack(live?.live.previousReleaseId ?? null),
      "",
    ].join("\n\n"),
  );
}

function attemptRow(attempt: AttemptRecord): readonly string[] {
  const { seq, begin, end } = attempt;
  const kind: AttemptKind = begin.kind;
  const outcome: Outcome | "unfinished" = end?.outcome ?? "unfinished";
  return [
    String(seq),
    kind,
    code(begin.releaseId),
    cell(begin.by),
    outcome,
    movedTiers(attempt).join(", ") || "nothing",
    cell(end?.reason ?? ""),
  ];
}
