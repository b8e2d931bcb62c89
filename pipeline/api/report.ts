import { cell, link, plain, table } from "../kit/markdown.ts";
import { advice } from "./advice.ts";
import type { DeployOutcome } from "./deploy-version.ts";
import type { LogExcerpt } from "./logs/logs.ts";
import { planLines } from "./plan.ts";
import type { Restoration } from "./restore.ts";
import { timelineMarkdown } from "./timeline.ts";
import type { Failure } from "./update/verdict.ts";

const wordsShown = 6;

/** How a deploy ended, and what came of putting the version before back where that was asked for. */
export type Reported = DeployOutcome & { readonly restoration?: Restoration };

/** What went wrong, the reason first, ending in the words of whoever gave it: what whoever pushed sees first. */
export function failureMessage(outcome: Reported, environment: string): string {
  const { version, cause, why, now, logs, restoration } = outcome;
  const { application = [], engine = [] } = logs ?? {};
  const isEngines = cause?.source === "engine" && engine.length > 0;
  const isApplications = !isEngines && application.length > 0;
  const source = isApplications ? "the API's own log ends with" : "the platform's log says";
  const words = (isApplications ? application : engine).slice(-wordsShown).map(plain);
  return [
    `version "${version}" is not live on "${environment}" (${outcome.outcome}): ${cause?.sentence ?? plain(why)}`,
    ...(cause === undefined ? [] : [`seen: ${plain(why)}`]),
    ...(now === "" ? [] : [`now: ${plain(now)}`]),
    ...(restoration ? [`restored: ${restoration.restored}; ${plain(restoration.why)}`] : []),
    ...(words.length === 0 ? [] : [`${source}:`, ...words]),
  ].join("\n");
}

/** What to change: for the reason where it is known, and by the outcome. */
export function remedy({ cause, outcome, restoration }: Reported): string {
  const hint = cause?.hint ?? "";
  const isBack = restoration?.restored === "yes";
  const known = outcome in advice ? advice[outcome as Failure] : "";
  const general = isBack
    ? "mend the version and deploy again: the version before runs on every instance"
    : known;
  return hint === "" ? general : `${hint}; then: ${general}`;
}

/** The excerpt as lines of the log; what instances say is only text there. */
export function logLines(logs: LogExcerpt | undefined): readonly string[] {
  if (logs === undefined) return [];
  return [
    ...section("web.stdout.log (the API's own)", logs.application),
    ...section("eb-engine.log (errors)", logs.engine),
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${plain(line)}`)];
}

/** What was done, for the job summary. */
export function summaryOf(outcome: Reported, environment: string): string {
  const { previousVersion, version, update, why, now, cause, logs, url, restoration } = outcome;
  const title = {
    deployed: `${cell(version)} runs on every instance`,
    unchanged: `${cell(version)} was running already`,
    planned: "plan only",
    started: `${cell(version)} was started, and not waited for`,
  }[outcome.outcome as string];
  const head = `### API: ${title ?? `${cell(version)} is not live (${outcome.outcome})`}\n`;
  const row = [
    url === "" ? cell(environment) : link(cell(environment), url),
    previousVersion === "" ? "nothing" : cell(previousVersion),
    cell(version),
    `${update.seconds.toFixed(1)} s`,
  ];
  const plan = planLines(outcome.plan).map((line) => `- ${cell(line)}`);
  const reason = [
    ...(cause === undefined ? [] : ["", `**${cell(cause.sentence)}**`]),
    ...(why === "" ? [] : ["", cell(why)]),
  ];
  const state = [
    ...(now === "" ? [] : ["", `${restoration ? "Then" : "Now"}: ${cell(now)}`]),
    ...(restoration ? ["", `Restored: **${restoration.restored}**; ${cell(restoration.why)}`] : []),
  ];
  const said = logs === undefined ? [] : ["", ...fenced(logLines(logs))];
  const history = outcome.timeline.length === 0 ? [] : ["", timelineMarkdown(outcome.timeline)];
  const facts = table(["environment", "from", "to", "duration"], [row]);
  return `${[head, facts, "", ...plan, ...reason, ...state, ...said, ...history].join("\n")}\n`;
}

/** A block of text, fenced longer than anything in it. */
function fenced(lines: readonly string[]): readonly string[] {
  const longest = Math.max(
    2,
    ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map(({ length }) => length)),
  );
  const fence = "`".repeat(longest + 1);
  return [`${fence}text`, ...lines, fence];
}
