import type { Manifest } from "../../bundle/manifest.ts";
import { commitLink, compareLink, repositoryUrl } from "../../github/links.ts";
import { cell, code, link, table } from "../../kit/markdown.ts";
import { planRelease } from "../plan/plan.ts";
import type { TierPlan } from "../plan/tier-plan.ts";
import { wayTo } from "../store/commands.ts";
import type { Tier } from "../store/keys.ts";
import type { AttemptRecord } from "../store/ledger.ts";
import { tiersOfAttempt } from "../store/release-tiers.ts";
import type { ReportContext } from "../views/report-context.ts";
import { frozenLine, openLine, releasesSection, sections, wayBack } from "../views/sections.ts";
import { seconds, timelineMarkdown, timelineOf } from "../views/timeline.ts";
import type { EndedAttempt } from "./ended-attempt.ts";

/** The manifests of both ends of an attempt, where they could be read. */
interface Ends {
  readonly before: Manifest | undefined;
  readonly after: Manifest | undefined;
}

type Row = Pick<TierPlan, "tier" | "from" | "to" | "reason">;

/** Where a summary leads to beside GitHub; "" for an address that the step was not told. */
export interface SummaryLinks {
  readonly siteUrl: string;
  readonly apiUrl: string;
  /** Of AWS's console. */
  readonly region: string;
}

/** What whoever reads of an attempt that is not live has to do; "" for one that is live. */
export function remedyOf({ attempt, outcome }: EndedAttempt, isFrozen = false): string {
  if (outcome === "live") return "";
  const { environment } = attempt;
  if (outcome === "not-restored") return `${wayTo("repair", environment)} once the cause is gone`;
  if (attempt.begin.kind === "rollback") {
    return `see the log for the cause, then roll back to another release, or resume: ${wayTo("rollback", environment, "RELEASE")}; ${wayTo("resume", environment)}`;
  }
  if (isFrozen)
    return `nothing as long as the environment is frozen: resume deploys what the branch is by then; ${wayTo("resume", environment)}`;
  const mend = "see the failed step for the cause, mend it and push again";
  return outcome === "nothing-to-restore" ? `${mend}; nothing has to be undone for that` : mend;
}

/** The summary of how an attempt ended: what is live now and why, then what each tier did, when, and the way back. */
export function endMarkdown(
  ended: EndedAttempt,
  report: ReportContext,
  links: SummaryLinks,
  ends: Ends,
): string {
  const { attempt, liveReleaseId, previousReleaseId } = ended;
  const remedy = remedyOf(ended, Boolean(report.overview?.freeze));
  return sections(
    `### ${cell(ended.verdict)}`,
    remedy === "" ? "" : `**What to do:** ${cell(remedy)}.`,
    frozenLine(report),
    openLine(report, attempt.seq),
    linksLine(attempt, report, links),
    table(["tier", "what changes", "what happened", "why"], tierRows(ended, ends)),
    timelineMarkdown(timelineOf(attempt)),
    liveReleaseId === null ? "" : wayBack(previousReleaseId, report),
    releasesSection(report, liveReleaseId),
  );
}

function linksLine(
  { begin, seq }: AttemptRecord,
  { run, environment, isLaptop }: ReportContext,
  { siteUrl, apiUrl, region }: SummaryLinks,
): string {
  const before = begin.live?.releaseId;
  const has = (tier: Tier) => tiersOfAttempt(begin).includes(tier);
  const links = [
    siteUrl && has("site") && link("site", siteUrl),
    apiUrl && has("api") && link("API", apiUrl),
    commitLink(run, begin.commit),
    before && before !== begin.releaseId ? differenceLink(run, before, begin.releaseId) : "",
    link(`run ${begin.run.id}`, begin.run.url),
    link("deployments", `${repositoryUrl(run)}/deployments/${encodeURIComponent(environment)}`),
    isLaptop || !has("api")
      ? ""
      : link(
          "Elastic Beanstalk",
          `https://console.aws.amazon.com/elasticbeanstalk/home?region=${region}#/environments`,
        ),
  ];
  const who = `Attempt ${seq} (${begin.kind}) of ${cell(begin.by)}${begin.reason === "" ? "" : `: ${cell(begin.reason)}`}`;
  return [who, ...links.filter(Boolean)].join(" · ");
}

/** What is different between two releases, the older one first; each id ends in its commit, short as it is there. */
function differenceLink(run: ReportContext["run"], ...releaseIds: readonly [string, string]): string {
  const [older = "", newer = ""] = releaseIds.toSorted().map((id) => /-([0-9a-f]{7})$/.exec(id)?.[1] ?? "");
  return compareLink(run, older, newer);
}

/** A row for each tier that one of the two releases has. */
function tierRows(ended: EndedAttempt, { before, after }: Ends): readonly (readonly string[])[] {
  const { attempt } = ended;
  const plans = after && planRelease(after, before ?? null, () => []).tiers;
  const rows = plans ?? tiersOfAttempt(attempt.begin).map((tier) => endpoints(tier, attempt));
  return rows.map((row) => tierRow(row, ended));
}

function tierRow({ tier, from, to, reason }: Row, ended: EndedAttempt): readonly string[] {
  const isRollbackOfSchema = tier === "schema" && ended.attempt.begin.kind !== "deploy";
  return [
    tier,
    from === to ? `${code(to)} stays` : `${code(from)} → ${code(to)}`,
    cell(fate(tier, ended)),
    isRollbackOfSchema ? "" : cell(reason),
  ];
}

/** What an attempt did to a tier, and what became of that. */
function fate(tier: Tier, { attempt, outcome, restored }: EndedAttempt): string {
  const moved = timelineOf(attempt).find(({ row }) => row === tier);
  if (!moved) return "not touched";
  const back = restored.find((result) => result.tier === tier);
  const took = `moved, ${seconds(moved.until - moved.from)}`;
  if (!back) return outcome === "live" ? took : `${took}; left as it is`;
  const time = seconds(Date.parse(back.until) - Date.parse(back.from));
  const word = { restored: "put back", left: "left", failed: "could not be put back" }[back.outcome];
  return `${took}; ${word}, ${time}: ${back.note}`;
}

function endpoints(tier: Tier, { begin, moved }: AttemptRecord): Row {
  const before = begin.live?.releaseId ?? "nothing";
  if (tier !== "api") return { tier, from: before, to: begin.releaseId, reason: "" };
  const from = moved.find((entry) => entry.tier === "api")?.from as { readonly version?: string } | undefined;
  return { tier, from: from?.version || before, to: begin.apiVersion ?? begin.releaseId, reason: "" };
}
