import type { DeployOutcome } from "./deploy-version.ts";
import type { LogExcerpt } from "./logs/logs.ts";
import { planLines } from "./plan.ts";

const wordsShown = 6;

/** What went wrong, ending in the last words of the API itself: what whoever pushed sees first. */
export function failureMessage(outcome: DeployOutcome, environment: string): string {
  const said = `version "${outcome.version}" is not live on "${environment}" (${outcome.outcome}): ${outcome.why}`;
  const { application = [], engine = [] } = outcome.logs ?? {};
  const words = application.length > 0 ? application : engine;
  if (words.length === 0) return said;
  const source = application.length > 0 ? "the API's own log ends with" : "the platform's log says";
  return [`${said}; ${source}:`, ...words.slice(-wordsShown)].join("\n");
}

export function logLines(logs: LogExcerpt | undefined): readonly string[] {
  if (logs === undefined) return [];
  return [
    ...section("web.stdout.log (the API's own)", logs.application),
    ...section("eb-engine.log (errors)", logs.engine),
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)];
}

/** What was done, for the job summary. */
export function summaryOf(outcome: DeployOutcome, environment: string): string {
  const { previousVersion, version, seconds, why, logs, url } = outcome;
  const title = {
    deployed: `${version} runs on every instance`,
    unchanged: `${version} was running already`,
    planned: "plan only",
  }[outcome.outcome as string];
  const head = `### API: ${title ?? `${version} is not live (${outcome.outcome})`}\n`;
  const table = [
    "| environment | from | to | duration |",
    "|---|---|---|---|",
    `| ${url === "" ? environment : `[${environment}](${url})`} | ${previousVersion || "nothing"} | ${version} | ${seconds.toFixed(1)} s |`,
  ];
  const plan = planLines(outcome.plan).map((line) => `- ${line}`);
  const reason = why === "" ? [] : ["", why];
  const said = logs === undefined ? [] : ["", "```text", ...logLines(logs), "```"];
  return `${[head, ...table, "", ...plan, ...reason, ...said].join("\n")}\n`;
}
