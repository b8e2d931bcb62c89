import type { Manifest } from "../../bundle/manifest.ts";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError } from "../../kit/errors.ts";
import type { Runner } from "../../kit/runner.ts";
import type { Environment } from "../store/environment.ts";
import type { Store } from "../store/objects.ts";
import { readReleaseManifest } from "../store/releases.ts";
import { type ReportContext, readReportContext } from "../views/report-context.ts";
import type { EndedAttempt } from "./ended-attempt.ts";
import { endMarkdown, remedyOf, type SummaryLinks } from "./summary.ts";

/** How the attempt ended, as the step's outputs. */
export function outputEnd(
  { attempt, outcome, liveReleaseId }: EndedAttempt,
  runner: Pick<Runner, "output">,
): void {
  runner.output("outcome", outcome);
  runner.output("release-id", attempt.begin.releaseId);
  runner.output("live-release-id", liveReleaseId ?? "");
}

/** The summary of an attempt's end; reads what is around it where the caller has not. */
export async function endSummary(
  { name, store }: Environment,
  ended: EndedAttempt,
  links: SummaryLinks,
  context: ActionContext,
  known?: ReportContext,
): Promise<string> {
  const { begin } = ended.attempt;
  const [report, before, after] = await Promise.all([
    known ?? readReportContext({ name, store }, context),
    shownManifest(store, begin.live?.releaseId),
    shownManifest(store, begin.releaseId),
  ]);
  return endMarkdown(ended, report, links, { before, after });
}

/** The manifest of a stored release, for a summary; undefined where there is none to read. */
async function shownManifest(store: Store, releaseId: string | undefined): Promise<Manifest | undefined> {
  if (releaseId === undefined) return undefined;
  return readReleaseManifest(store, releaseId).catch(() => undefined);
}

/** What makes a job red whose attempt is not live. */
export function notLive(ended: EndedAttempt): ActionError {
  const { verdict, attempt } = ended;
  return new ActionError("NotLive", verdict, {
    hint: remedyOf(ended),
    details: { attempt: attempt.seq, release: attempt.begin.releaseId },
  });
}
