import type { Manifest } from "../../bundle/manifest.ts";
import { commitLink, compareLink, repositoryUrl } from "../../github/links.ts";
import { age } from "../../kit/age.ts";
import { explain } from "../../kit/errors.ts";
import { cell, code, link, table } from "../../kit/markdown.ts";
import type { Conclusion } from "../finish/conclude.ts";
import { planRelease } from "../plan/plan.ts";
import type { AttemptKind } from "../store/entries.ts";
import { type Tier, tiers } from "../store/keys.ts";
import { type AttemptRecord, movedTiers } from "../store/ledger.ts";
import { candidatesSection } from "./candidates.ts";
import type { Overview } from "./overview.ts";
import type { Scene } from "./scene.ts";
import { seconds, timelineMarkdown, timelineOf } from "./timeline.ts";

/** The manifests of both ends of an attempt, where they could be read. */
export interface Ends {
  readonly before: Manifest | undefined;
  readonly after: Manifest | undefined;
}

/** What whoever reads of an attempt that is not live has to do; "" for one that is live. */
export function remedyOf({ attempt, outcome }: Conclusion, isFrozen = false): string {
  if (outcome === "live") return "";
  if (outcome === "not-restored") return "run rollback.yml with operation repair once the cause is gone";
  if (attempt.begin.kind === "rollback") {
    return "see the log for the cause, then roll back to another release, or resume";
  }
  if (isFrozen)
    return "nothing as long as the environment is frozen: resume deploys what the branch is by then";
  const mend = "see the failed step for the cause, mend it and push again";
  return outcome === "nothing-to-restore" ? `${mend}; nothing has to be undone for that` : mend;
}

/** The summary of how an attempt ended: what is live now and why, then what each tier did, when, and the way back. */
export function conclusionMarkdown(conclusion: Conclusion, scene: Scene, ends: Ends): string {
  const { attempt, liveReleaseId, previousReleaseId } = conclusion;
  const remedy = remedyOf(conclusion, Boolean(scene.outlook?.freeze));
  return sections(
    `### ${cell(conclusion.verdict)}`,
    remedy === "" ? "" : `**What to do:** ${cell(remedy)}.`,
    frozenLine(scene),
    linksLine(attempt, scene),
    table(
      ["tier", "what changes", "what happened", "why"],
      tiers.map((tier) => tierRow(tier, conclusion, ends)),
    ),
    timelineMarkdown(timelineOf(attempt)),
    liveReleaseId === null ? "" : wayBack(previousReleaseId, scene),
    releasesSection(scene, liveReleaseId),
  );
}

/** Parts of a summary below each other; empty ones are left out. */
export function sections(...parts: readonly string[]): string {
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** Who stopped pushes and why; "" where nobody did. */
export function frozenLine({
  outlook,
  environment,
  now,
}: Pick<Scene, "outlook" | "environment" | "now">): string {
  const freeze = outlook?.freeze;
  if (!freeze) return "";
  return `> **${cell(environment)} is frozen**: no push goes live since ${age(freeze.since, now)}, when ${cell(freeze.by)} rolled back (${cell(freeze.reason)}). To let pushes through again: **Rollback** with \`environment: ${environment}\` and \`operation: resume\`, or \`npm run resume -- --environment ${environment}\` on the laptop.`;
}

function linksLine({ begin, seq }: AttemptRecord, { place, run, environment, isLocal }: Scene): string {
  const before = begin.live?.releaseId;
  const region = place["aws-region"];
  const links = [
    place["site-url"] && link("site", place["site-url"]),
    place["api-url"] && link("API", place["api-url"]),
    commitLink(run, begin.commit),
    before && before !== begin.releaseId ? differenceLink(run, before, begin.releaseId) : "",
    link(`run ${begin.run.id}`, begin.run.url),
    link("deployments", `${repositoryUrl(run)}/deployments/${encodeURIComponent(environment)}`),
    isLocal
      ? ""
      : link(
          "Elastic Beanstalk",
          `https://console.aws.amazon.com/elasticbeanstalk/home?region=${region}#/environments`,
        ),
  ];
  const who = `Attempt ${seq} (${begin.kind}) of ${cell(begin.by)}${begin.reason === "" ? "" : `: ${cell(begin.reason)}`}`;
  return [who, ...links.filter((each) => each !== "")].join(" · ");
}

/** What is different between two releases, the older one first; each id ends in its commit, short as it is there. */
function differenceLink(run: Scene["run"], ...releaseIds: readonly [string, string]): string {
  const [older = "", newer = ""] = releaseIds.toSorted().map((id) => id.split("-").at(-1) ?? "");
  return compareLink(run, older, newer);
}

/** How to go back from what is live now: what to put into the form, and the same as a command. */
export function wayBack(
  previousReleaseId: string | null,
  { run, environment, isLocal }: Pick<Scene, "run" | "environment" | "isLocal">,
): string {
  if (previousReleaseId === null) return "There is no earlier release to roll back to yet.";
  const form = link("Rollback", `${repositoryUrl(run)}/actions/workflows/rollback.yml`);
  const command = isLocal
    ? `npm run rollback -- --environment ${environment} --to ${previousReleaseId} --reason "why"`
    : `gh workflow run rollback.yml -f environment=${environment} -f operation=rollback -f to=${previousReleaseId} -f reason="why"`;
  return [
    `**To roll back:** run the workflow ${form} with \`environment: ${environment}\`, \`operation: rollback\`, \`to: previous\` (${code(previousReleaseId)}) and a \`reason\`; or in a terminal`,
    `\`\`\`sh\n${command}\n\`\`\``,
  ].join("\n\n");
}

/** The releases to choose from, folded unless choosing is what the reader has to do. */
export function releasesSection(scene: Scene, liveReleaseId: string | null, isOpen = false): string {
  return candidatesSection(scene.outlook?.candidates ?? [], liveReleaseId, scene, isOpen);
}

function tierRow(tier: Tier, conclusion: Conclusion, ends: Ends): readonly string[] {
  const { attempt } = conclusion;
  const plan =
    ends.after &&
    planRelease(ends.after, ends.before ?? null, () => []).tiers.find((each) => each.tier === tier);
  const { from, to } = plan ?? endpoints(tier, attempt);
  const isRollbackOfSchema = tier === "schema" && attempt.begin.kind !== "deploy";
  return [
    tier,
    from === to ? `${code(to)} stays` : `${code(from)} → ${code(to)}`,
    cell(fate(tier, conclusion)),
    isRollbackOfSchema ? "" : cell(plan?.reason ?? ""),
  ];
}

/** What an attempt did to a tier, and what became of that. */
function fate(tier: Tier, { attempt, outcome, restored }: Conclusion): string {
  const moved = timelineOf(attempt).find(({ row }) => row === tier);
  if (!moved) return "not touched";
  const back = restored.find((result) => result.tier === tier);
  const took = `moved, ${seconds(moved.until - moved.from)}`;
  if (!back) return outcome === "live" ? took : `${took}; left as it is`;
  const time = seconds(Date.parse(back.until) - Date.parse(back.from));
  const word = { restored: "put back", left: "left", failed: "could not be put back" }[back.outcome];
  return `${took}; ${word}, ${time}: ${back.note}`;
}

function endpoints(
  tier: Tier,
  { begin, moved }: AttemptRecord,
): { readonly from: string; readonly to: string } {
  const before = begin.live?.releaseId ?? "nothing";
  if (tier !== "api") return { from: before, to: begin.releaseId };
  const from = moved.find((entry) => entry.tier === "api")?.from as { readonly version?: string } | undefined;
  return { from: from?.version || before, to: begin.apiVersion };
}

/** The summary of how an environment stands. */
export function overviewMarkdown(overview: Overview, scene: Scene): string {
  const { live, environment, attempts, lock } = overview;
  const { run, now } = scene;
  return sections(
    `### ${live ? `${code(live.releaseId)} is live` : "Nothing is live"} in ${cell(environment)}${live ? `, verified ${age(live.verifiedAt, now)} ago` : ""}`,
    overview.problems.map((problem) => `- **Damaged**: ${cell(explain(problem))}`).join("\n"),
    frozenLine(scene),
    lock
      ? `${cell(lock.by)} holds the lock since ${age(lock.since, now)} (${cell(lock.operation)}): ${link(`run ${lock.run.id}`, lock.run.url)}.`
      : "",
    table(
      ["attempt", "kind", "release", "by", "age", "outcome", "moved", "why"],
      attempts.map((attempt) => attemptRow(attempt, scene)),
    ),
    live ? wayBack(live.previousReleaseId, { run, environment, isLocal: scene.isLocal }) : "",
    releasesSection(scene, live?.releaseId ?? null),
  );
}

function attemptRow(attempt: AttemptRecord, { now }: Scene): readonly string[] {
  const { seq, begin, end } = attempt;
  const kind: AttemptKind = begin.kind;
  return [
    link(String(seq), begin.run.url),
    kind,
    code(begin.releaseId),
    cell(begin.by),
    age(begin.at, now),
    end?.outcome ?? "**unfinished**",
    movedTiers(attempt).join(", ") || "nothing",
    cell(begin.reason || (end?.outcome === "live" ? "" : (end?.reason ?? ""))),
  ];
}
