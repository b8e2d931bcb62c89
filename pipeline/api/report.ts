import { cell, link, plain, table } from "../kit/markdown.ts";
import type { DeployOutcome } from "./deploy-version.ts";
import type { LogExcerpt } from "./logs/logs.ts";
import { planLines } from "./plan.ts";

const wordsShown = 6;

/** What went wrong, ending in the last words of the API itself: what whoever pushed sees first. */
export function failureMessage(outcome: DeployOutcome, environment: string): string {
  const said = [
    `version "${outcome.version}" is not live on "${environment}" (${outcome.outcome}): ${plain(outcome.why)}`,
    ...(outcome.now === "" ? [] : [`now: ${plain(outcome.now)}`]),
  ].join("; ");
  const { application = [], engine = [] } = outcome.logs ?? {};
  const words = application.length > 0 ? application : engine;
  if (words.length === 0) return said;
  const source = application.length > 0 ? "the API's own log ends with" : "the platform's log says";
  return [`${said}; ${source}:`, ...words.slice(-wordsShown).map(plain)].join("\n");
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
export function summaryOf(outcome: DeployOutcome, environment: string): string {
  const { previousVersion, version, update, why, now, logs, url } = outcome;
  const title = {
    deployed: `${cell(version)} runs on every instance`,
    unchanged: `${cell(version)} was running already`,
    planned: "plan only",
  }[outcome.outcome as string];
  const head = `### API: ${title ?? `${cell(version)} is not live (${outcome.outcome})`}\n`;
  const row = [
    url === "" ? cell(environment) : link(cell(environment), url),
    previousVersion === "" ? "nothing" : cell(previousVersion),
    cell(version),
    `${update.seconds.toFixed(1)} s`,
  ];
  const plan = planLines(outcome.plan).map((line) => `- ${cell(line)}`);
  const reason = why === "" ? [] : ["", cell(why)];
  const state = now === "" ? [] : ["", `Now: ${cell(now)}`];
  const said = logs === undefined ? [] : ["", ...fenced(logLines(logs))];
  const facts = table(["environment", "from", "to", "duration"], [row]);
  return `${[head, facts, "", ...plan, ...reason, ...state, ...said].join("\n")}\n`;
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
