import type { Style } from "../../local/github/display/style.ts";
import { plainText, wrap } from "../../local/github/display/text.ts";
import { age } from "../../pipeline/kit/age.ts";
import { plain } from "../../pipeline/kit/markdown.ts";
import { endCommand, headline } from "../../pipeline/releases/views/headline.ts";
import type { Overview } from "../../pipeline/releases/views/overview.ts";
import type { WorkflowRun } from "../runs/workflow-runs.ts";

/** How an environment is and what is on its way, in few facts: what `npm run status` shows, and prints as JSON. */
export interface Status {
  readonly environment: string;
  /** null where nothing ever went live. */
  readonly live: {
    readonly release: string;
    /** ISO 8601, UTC; when it was last verified. */
    readonly since: string;
    readonly by: string;
    /** deploy, rollback or repair; "" where the ledger no longer says. */
    readonly through: string;
    /** Why, where a person said so. */
    readonly reason: string;
    /** Address of the run that brought it live. */
    readonly run: string;
  } | null;
  /** Whether visitors get that release whole: by looking at it now. */
  readonly whole: Overview["whole"];
  readonly seen: string;
  /** An attempt without an end. */
  readonly open: Overview["open"];
  /** Why pushes fail until somebody resumes; null where they do not. */
  readonly frozen: { readonly since: string; readonly by: string; readonly reason: string } | null;
  /** The runs that have not ended, the newest first. */
  readonly running: readonly RunningRun[];
}

interface RunningRun {
  readonly id: number;
  /** How people know it: "Deploy #4". */
  readonly name: string;
  readonly title: string;
  readonly status: string;
  readonly branch: string;
  readonly commit: string;
  readonly since: string;
  readonly by: string;
}

/** The status, from what the release store, the live system and GitHub's list of runs say. */
export function statusOf(overview: Overview, runs: readonly WorkflowRun[]): Status {
  const { environment, live, whole, seen, open, freeze } = overview;
  const attempt = overview.attempts.find(({ seq }) => seq === live?.seq);
  return {
    environment,
    live: live && {
      release: live.releaseId,
      since: live.verifiedAt,
      by: live.by,
      through: attempt?.begin.kind ?? "",
      reason: attempt?.begin.reason ?? "",
      run: attempt?.begin.run.url ?? "",
    },
    whole,
    seen,
    open,
    frozen: freeze && { since: freeze.since, by: freeze.by, reason: freeze.reason },
    running: runs
      .filter(({ status }) => status !== "completed")
      .map((run) => ({
        id: run.id,
        name: `${run.name} #${run.run_number}`,
        title: run.display_title,
        status: run.status.replaceAll("_", " "),
        branch: run.head_branch,
        commit: run.head_sha,
        since: run.run_started_at,
        by: run.actor.login,
      })),
  };
}

/** Nothing whole is live although something should be, or somebody has to end an attempt. */
export function isUnwell({ live, whole, open }: Status): boolean {
  return (live !== null && whole === "no") || (open !== null && open.life !== "at work");
}

interface View {
  readonly now: Date;
  readonly width: number;
  readonly style: Pick<Style, "good" | "attention" | "strong">;
}

/** What is live now and why, whether pushes go live, and what runs. */
export function statusLines(
  overview: Overview,
  status: Status,
  { now, width, style }: View,
): readonly string[] {
  const { live, open, frozen, running, environment } = status;
  const first =
    live === null && open === null
      ? `Nothing is live in ${environment} yet.`
      : headline({ ...overview, now });
  const paint = isUnwell(status) || open ? style.attention : live ? style.good : style.strong;
  const command = endCommand({ open, environment, isLaptop: true });
  const facts = [
    ...(command === "" ? [] : [`end it   ${command}`]),
    ...(live ? [`live     ${broughtBy(live, now)}`] : []),
    frozen
      ? `frozen   pushes fail since ${age(frozen.since, now)}, by ${frozen.by}: ${frozen.reason}. Let them through: npm run resume -- --environment ${environment}`
      : "frozen   no: a push goes live",
    ...(running.length === 0
      ? ["running  nothing"]
      : running.map(
          ({ name, id, title, status, branch, since, by }) =>
            `running  ${name} (run ${id}), ${status}, since ${age(since, now)} by ${by}: ${title} (${branch})`,
        )),
  ];
  return [
    ...wrap(plain(first), width).map(paint),
    ...facts.flatMap((fact) => hanging(plainText(fact), width)),
  ];
}

function broughtBy({ since, by, through, reason }: NonNullable<Status["live"]>, now: Date): string {
  const ways: Readonly<Record<string, string>> = {
    deploy: "a push",
    rollback: "a rollback",
    repair: "a repair",
  };
  const how = ways[through] ?? "an attempt";
  const time = `${since.slice(0, 16).replace("T", " ")} UTC`;
  return `since ${time} (${age(since, now)}), through ${how} by ${by}${reason === "" ? "" : `: ${reason}`}`;
}

/** A fact wrapped below its own words rather than below its name. */
function hanging(fact: string, width: number): readonly string[] {
  const column = 9;
  const [first = "", ...rest] = wrap(fact.slice(column), width - column);
  return [`${fact.slice(0, column)}${first}`, ...rest.map((line) => `${" ".repeat(column)}${line}`)];
}
