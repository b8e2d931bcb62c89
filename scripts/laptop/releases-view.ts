import type { Style } from "../../local/github/display/style.ts";
import { fit as cut, wrap } from "../../local/github/display/text.ts";
import { age } from "../../pipeline/kit/age.ts";
import { plain } from "../../pipeline/kit/markdown.ts";
import { damageLines } from "../../pipeline/releases/store/history.ts";
import { movedTiers } from "../../pipeline/releases/store/ledger.ts";
import { candidateCells, showApi } from "../../pipeline/releases/views/candidates.ts";
import { endCommand, headline } from "../../pipeline/releases/views/headline.ts";
import type { Overview } from "../../pipeline/releases/views/overview.ts";
import { tableLines } from "./text-table.ts";

export interface View {
  readonly now: Date;
  /** Terminal columns to stay within. */
  readonly width: number;
  readonly style: Pick<Style, "good" | "attention" | "strong" | "dim">;
  /** Also every attempt, failed ones included. */
  readonly all: boolean;
}

const releaseColumns = [
  { name: "release" },
  { name: "age" },
  { name: "API", givesWay: 3 },
  { name: "outcome", givesWay: 1 },
  { name: "author", givesWay: 2 },
  { name: "subject" },
] as const;

const attemptColumns = [
  { name: "attempt" },
  { name: "age" },
  { name: "kind", givesWay: 2 },
  { name: "release" },
  { name: "outcome" },
  { name: "moved", givesWay: 1 },
  { name: "by", givesWay: 3 },
  { name: "why" },
] as const;

/** What is live and what could be, line by line: the verdict, what holds, the releases, and on request every attempt. */
export function releasesView(overview: Overview, view: View): readonly string[] {
  const { now, width, style } = view;
  const { live, environment, candidates } = overview;
  const paint = (line: string): string => (live && line.startsWith(live.releaseId) ? style.good(line) : line);
  const isShown = releaseColumns.map(({ name }) => name !== "API" || showApi(candidates));
  const rows = candidates.map((candidate) =>
    candidateCells(candidate, live?.releaseId ?? null, now)
      .map((text, index, { length }) => (index === length - 1 ? text : clipped(text)))
      .filter((_, index) => isShown[index]),
  );
  const columns = releaseColumns.filter((_, index) => isShown[index]);
  const [heading = "", ...lines] = tableLines(columns, rows, width);
  const isEmpty = live === null && overview.open === null;
  const first = isEmpty
    ? `Nothing is live in ${environment} yet: npm start, or git push local main, makes the first release.`
    : headline({ ...overview, now });
  const isWell = overview.whole === "yes" && overview.open === null;
  return [
    ...wrap(plain(first), width).map((line) =>
      isWell || isEmpty ? style.strong(line) : style.attention(line),
    ),
    ...ending(overview),
    ...holds(overview, view),
    ...(rows.length > 0 ? ["", style.dim(heading), ...lines.map(paint)] : []),
    ...(view.all ? ["", ...attemptLines(overview, view)] : []),
    ...(live ? ["", ...next(overview).flatMap((line) => wrap(line, width))] : []),
  ];
}

/** Long names and reasons would leave no place for the rest. */
function clipped(text: string): string {
  return cut(text, 32);
}

/** What ends an open attempt. */
function ending({ open, environment }: Overview): readonly string[] {
  const command = endCommand({ open, environment, isLaptop: true });
  return command === "" ? [] : [`End it: ${command}`];
}

function holds(
  { environment, freeze, lock, problems }: Overview,
  { now, width, style }: View,
): readonly string[] {
  const facts: string[] = [...damageLines(problems)];
  if (freeze) {
    const since = `${age(freeze.since, now)} ago by ${freeze.by}`;
    facts.push(
      `${environment} is frozen, since ${since}: ${freeze.reason}. Let pushes through: npm run resume -- --environment ${environment}`,
    );
  }
  if (lock) {
    const since = `since ${age(lock.since, now)} (${lock.operation}): ${lock.run.url}`;
    const words = {
      "at work": `${lock.by} is at work there, ${since}`,
      over: `${lock.by} left the lock there, ${since}, which is over; whoever comes next takes it`,
      unknown: `${lock.by} holds the lock there, ${since}`,
    };
    facts.push(words[lock.life]);
  }
  return facts.flatMap((fact) => wrap(plain(fact), width).map((line) => style.attention(line)));
}

function attemptLines({ attempts }: Overview, { now, width, style }: View): readonly string[] {
  const rows = attempts.map((attempt) => {
    const { seq, begin, end } = attempt;
    return [
      String(seq),
      age(begin.at, now),
      begin.kind,
      begin.releaseId,
      end?.outcome ?? "unfinished",
      movedTiers(attempt).join(", ") || "nothing",
      plain(begin.by),
      plain(begin.reason || (end?.outcome === "live" ? "" : (end?.reason ?? ""))),
    ];
  });
  const [heading = "", ...lines] = tableLines(attemptColumns, rows, width);
  return [style.dim(heading), ...lines];
}

function next({ live, freeze, environment }: Overview): readonly string[] {
  const previous = live?.previousReleaseId;
  return [
    previous
      ? `Go back: npm run rollback -- --environment ${environment} (to ${previous}; another: --to <release>)`
      : "Go back: there is no earlier release yet",
    ...(freeze
      ? [`Go on:   npm run resume -- --environment ${environment} (lifts the freeze, deploys main)`]
      : []),
  ];
}
