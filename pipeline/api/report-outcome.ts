// What a step that deployed hands on: outputs, log, summary, and the failure that it ends with.
import { ActionError } from "../kit/errors.ts";
import type { Runner } from "../kit/runner.ts";
import { outcomeCodes } from "./outcome-codes.ts";
import { failureMessage, logLines, type Reported, remedy, summaryOf } from "./report.ts";

/** The tier of a release that has none. */
export function nothingToDeploy(releaseId: string, runner: Pick<Runner, "info" | "output">): void {
  runner.info(`release ${releaseId} has no API: nothing to deploy`);
  const outputs = {
    "version-label": "",
    "previous-version-label": "",
    outcome: "unchanged",
    changed: false,
    "environment-url": "",
    "request-id": "",
    duration: 0,
    restored: "",
  };
  for (const [name, value] of Object.entries(outputs)) runner.output(name, value);
}

/** Throws the failure where the deploy is one. */
export async function reportOutcome(
  outcome: Reported,
  environment: string,
  runner: Pick<Runner, "info" | "group" | "output" | "summary" | "warning">,
): Promise<void> {
  runner.output("version-label", outcome.version);
  runner.output("previous-version-label", outcome.previousVersion);
  runner.output("outcome", outcome.outcome);
  runner.output("changed", outcome.changed);
  runner.output("environment-url", outcome.url);
  runner.output("request-id", outcome.update.requestId);
  runner.output("duration", Math.round(outcome.update.seconds));
  runner.output("restored", outcome.restoration?.restored ?? "");
  if (outcome.logs) {
    await runner.group(`Logs of ${outcome.logs.instanceId}`, async () => {
      for (const line of logLines(outcome.logs)) runner.info(line);
    });
  }
  await runner.summary(summaryOf(outcome, environment));
  switch (outcome.outcome) {
    case "planned":
      return;
    case "started":
      runner.warning(outcome.why, "not looked at");
      return;
    case "unchanged":
    case "deployed": {
      const places = outcome.why === "" ? " on every instance" : "";
      runner.info(`${outcome.version} runs${places}, after ${outcome.update.seconds.toFixed(1)} s`);
      if (outcome.why !== "") runner.warning(outcome.why, "not looked at");
      return;
    }
    default:
      throw new ActionError(outcomeCodes[outcome.outcome], failureMessage(outcome, environment), {
        hint: remedy(outcome),
      });
  }
}
