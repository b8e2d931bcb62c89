import { commitUrl } from "../../github/links.ts";
import { age } from "../../kit/age.ts";
import { cell, code, folded, link, plain, table } from "../../kit/markdown.ts";
import type { WorkflowRun } from "../../kit/workflow-run.ts";
import type { AttemptKind } from "../store/entries.ts";
import type { AttemptSummary } from "../store/history.ts";

/** A release that was verified live, and so one that can be rolled back to. */
export interface Candidate {
  readonly releaseId: string;
  readonly commit: string;
  /** Absent where the release has no API. */
  readonly apiVersion?: string;
  readonly subject: string;
  /** Who wrote the commit; "" where the ledger does not say. */
  readonly author: string;
  /** Who brought it live. */
  readonly by: string;
  /** When it last went live; ISO 8601, UTC. */
  readonly liveAt: string;
  readonly seq: number;
  /** What was live before it first went live. */
  readonly previousReleaseId: string | null;
  /** What took its place; null where nothing has yet. */
  readonly replacedBy: { readonly kind: AttemptKind; readonly reason: string } | null;
}

/** The releases that were verified live, each once, the last one first. `attempts` are newest first. */
export function candidatesOf(attempts: readonly AttemptSummary[]): readonly Candidate[] {
  const candidates = new Map<string, Candidate>();
  let newer: AttemptSummary | undefined;
  for (const attempt of attempts) {
    const { seq, begin, end } = attempt;
    if (end?.outcome !== "live") continue;
    const { subject, author = "" } = begin;
    const known = candidates.get(begin.releaseId);
    if (known) {
      // A repair brings a release live again without knowing its commit's words.
      candidates.set(begin.releaseId, {
        ...known,
        subject: known.subject || subject,
        author: known.author || author,
      });
    } else {
      candidates.set(begin.releaseId, {
        releaseId: begin.releaseId,
        commit: begin.commit,
        ...(begin.apiVersion !== undefined && { apiVersion: begin.apiVersion }),
        subject,
        author,
        by: begin.by,
        liveAt: end.at,
        seq,
        previousReleaseId: end.previousReleaseId,
        replacedBy: newer ? { kind: newer.begin.kind, reason: newer.begin.reason } : null,
      });
    }
    newer = attempt;
  }
  return [...candidates.values()];
}

/** What became of it, in a few words: a release that somebody rolled back from is a doubtful target. */
function outcomeOf({ releaseId, replacedBy }: Candidate, liveReleaseId: string | null): string {
  if (releaseId === liveReleaseId) return "live now";
  if (replacedBy?.kind !== "rollback") return "was live";
  return plain(`rolled back: ${replacedBy.reason}`);
}

/** The facts by which people choose, in the order in which every list shows them. */
const candidateColumns = ["release", "age", "API", "outcome", "author", "subject"] as const;

/** Whether a list of them has a column for the API: not where none of them has one. */
export function showApi(candidates: readonly Candidate[]): boolean {
  return candidates.some(({ apiVersion }) => apiVersion !== undefined);
}

export function candidateCells(
  candidate: Candidate,
  liveReleaseId: string | null,
  now: Date,
): readonly string[] {
  return [
    candidate.releaseId,
    age(candidate.liveAt, now),
    candidate.apiVersion ?? "",
    outcomeOf(candidate, liveReleaseId),
    plain(candidate.author || candidate.by),
    plain(candidate.subject),
  ];
}

/** An aligned line per candidate below a heading, as logs show them; the first `limit` and how many more there are. */
export function candidateLines(
  candidates: readonly Candidate[],
  liveReleaseId: string | null,
  now: Date,
  limit = Number.POSITIVE_INFINITY,
): readonly string[] {
  const rows = candidates.slice(0, limit).map((candidate) => candidateCells(candidate, liveReleaseId, now));
  const left = candidates.length - rows.length;
  const hasApi = showApi(candidates);
  const shown = [candidateColumns, ...rows.map((row) => row.map((text) => clipped(text, 48)))].map((row) =>
    row.filter((_, index) => hasApi || candidateColumns[index] !== "API"),
  );
  return [...aligned(shown), ...(left > 0 ? [`and ${left} more`] : [])];
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((text, index) => text.padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function clipped(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** The candidates as a section of a summary or comment, with the time as of which their ages are; "" where there are none. */
export function candidatesSection(
  candidates: readonly Candidate[],
  liveReleaseId: string | null,
  at: { readonly now: Date; readonly run: Pick<WorkflowRun, "url"> },
  isOpen = false,
): string {
  if (candidates.length === 0) return "";
  const time = at.now.toISOString().slice(0, 16).replace("T", " ");
  return folded(
    `Releases that were live, as of ${time} UTC (${candidates.length})`,
    candidateTable(candidates, liveReleaseId, at),
    isOpen,
  );
}

/** The candidates as a Markdown table. Its ages are as of `now`, which its reader has to be told. */
export function candidateTable(
  candidates: readonly Candidate[],
  liveReleaseId: string | null,
  { now, run }: { readonly now: Date; readonly run: Pick<WorkflowRun, "url"> },
): string {
  const hasApi = showApi(candidates);
  const rows = candidates.map((candidate) => {
    const [release = "", since = "", api = "", outcome = "", author = "", subject = ""] = candidateCells(
      candidate,
      liveReleaseId,
      now,
    );
    const isLive = candidate.releaseId === liveReleaseId;
    return [
      candidate.commit === "" ? code(release) : link(code(release), commitUrl(run, candidate.commit)),
      since.replace(" ", "\u00a0"),
      isLive ? `**${outcome}**` : cell(clipped(outcome, 80)),
      cell(subject),
      cell(author),
      ...(hasApi ? [api === "" ? "" : code(api)] : []),
    ];
  });
  return table(["release", "age", "outcome", "subject", "author", ...(hasApi ? ["API"] : [])], rows);
}
