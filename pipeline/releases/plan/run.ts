import { resolve } from "node:path";
import { awsInputs, connectionTo } from "../../aws/connection.ts";
import { s3Client } from "../../aws/s3.ts";
import { type Manifest, type PublicManifest, readManifest } from "../../bundle/manifest.ts";
import { breaksLeft, type Report, reportInput, verdict } from "../../compatibility/report.ts";
import { writeComment } from "../../github/comment.ts";
import { failedStep } from "../../github/failed-step.ts";
import { octokitFor } from "../../github/octokit.ts";
import { runLife } from "../../github/run-life.ts";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError, explain } from "../../kit/errors.ts";
import { boolean, type Inputs, oneOf, optionalText, text } from "../../kit/inputs.ts";
import { annotateFindings, lint } from "../../schema/check-pending.ts";
import { judgePending } from "../../schema/judge/pending.ts";
import type { SchemaState } from "../../schema/judge/schema-state.ts";
import { readSchemaState } from "../../schema/stored-state.ts";
import { missingParts } from "../environment/missing-objects.ts";
import { readLive } from "../store/live.ts";
import type { Store } from "../store/objects.ts";
import { tierNames } from "../store/release-tiers.ts";
import { readReleaseManifest } from "../store/releases.ts";
import { noWitnesses } from "../views/condition.ts";
import { type BriefOverview, readBriefOverview } from "../views/overview.ts";
import { budgets, overBudget } from "./budget.ts";
import { planChecked } from "./checked-plan.ts";
import { failingSuitesMarkdown, readFailingSuites } from "./failing-suites.ts";
import { joined } from "./fitted.ts";
import { changedTiers } from "./plan.ts";
import { planPublicly, readPublicRelease } from "./public-plan.ts";
import { isSafe, planComment, planLines, planMarkdown, planVerdict } from "./summary.ts";

export const inputs = {
  ...awsInputs,
  directory: text,
  environment: text,
  "artifacts-bucket": optionalText,
  "github-token": optionalText,
  comment: boolean,
  "pull-request": optionalText,
  "drop-tiers": tierNames,
  lint,
  tests: oneOf("", "success", "failure", "cancelled", "skipped"),
  failures: optionalText,
  budget: budgets,
  "site-url": optionalText,
  compatibility: reportInput,
} as const;

type PlanInputs = Inputs<typeof inputs>;

/** Says what going live with this bundle would change, and whether that is safe. Changes nothing but one comment. */
export async function run(given: PlanInputs, context: ActionContext): Promise<void> {
  const { runner } = context;
  if (given["github-token"] !== "") runner.mask(given["github-token"]);
  const candidate = await readManifest(resolve(context.run.workspace, given.directory));
  if (given["artifacts-bucket"] === "" && given["site-url"] !== "") {
    const known = await readPublicRelease(given["site-url"], context.signal);
    if (typeof known !== "string") return tellPublicly(candidate, known, given, context);
    runner.warning(`could not read what is live in ${given.environment}: ${known}`);
  }
  const { live, overview, unknown, missing = [] } = await readLiveRelease(given, context);
  const options = { lint: given.lint, mayDrop: given["drop-tiers"] };
  const checked = await planChecked(candidate, live, options, () => readState(given, context));
  const { state } = checked;
  const tests = await testsProblem(given, context);
  const large = overBudget(checked.plan.tiers, given.budget);
  for (const words of large) runner.warning(words, "OverBudget");
  const plan = {
    ...checked.plan,
    problems: [
      ...tests,
      ...incompatible(given.compatibility),
      ...notRestorable(live, missing),
      ...checked.plan.problems,
    ],
    notes: [...large, ...checked.plan.notes],
  };
  await runner.group(`Plan: release ${candidate.id} to ${given.environment}`, async () => {
    for (const line of planLines(plan, unknown)) runner.info(line);
  });
  const { environment } = given;
  const now = context.clock.now();
  const failing = await readFailingSuites(context.run.workspace, given.failures);
  const view = {
    environment,
    run: context.run,
    now,
    overview,
    unknown,
    state,
    failing,
    compatibility: given.compatibility,
  };
  const markdown = planMarkdown(plan, view);
  if (live) annotateFindings(judgePending(plan.migrations, state), given.lint, runner);
  runner.output("verdict", planVerdict(plan, unknown));
  runner.output("safe", isSafe(plan, unknown));
  runner.output("changed", changedTiers(plan));
  await runner.summary(markdown);
  if (given.comment && given["pull-request"] !== "")
    await writeComment(planComment(plan, view), given, context);
}

/** The plan of whoever may not read the release store: in the log, the outputs and the job summary. */
async function tellPublicly(
  candidate: Manifest,
  live: PublicManifest,
  given: PlanInputs,
  context: ActionContext,
): Promise<void> {
  const { runner } = context;
  const {
    verdict: words,
    changed,
    markdown,
  } = planPublicly(candidate, live, await testsProblem(given, context));
  const failing = await readFailingSuites(context.run.workspace, given.failures);
  runner.info(words);
  runner.output("verdict", words);
  runner.output("safe", false);
  runner.output("changed", changed.join(","));
  await runner.summary(joined([markdown.trimEnd(), ...failingSuitesMarkdown(failing)]));
}

/** As the guard of `begin` says it. */
function notRestorable(live: Manifest | null, missing: readonly string[]): readonly string[] {
  if (live === null || missing.length === 0) return [];
  return [`what is live could not be put back: the release store lacks ${missing.join(", ")}`];
}

/** That what is live breaks on it. */
function incompatible(report: Report | undefined): readonly string[] {
  return report === undefined || breaksLeft(report).length === 0 ? [] : [verdict(report)];
}

/** That the tests did not pass, and which did not, as far as GitHub tells. Suites that there are none of are no problem. */
async function testsProblem(given: PlanInputs, context: ActionContext): Promise<readonly string[]> {
  const { tests, "github-token": token } = given;
  if (tests !== "failure" && tests !== "cancelled") return [];
  const octokit = token === "" ? undefined : await octokitFor(token, context);
  const step = await failedStep(octokit, context, context.run.runId);
  const what = tests === "failure" ? "tests fail" : "tests were cancelled";
  return [step === undefined ? what : `${what} (${step})`];
}

/** Sizes of tables are worth a try: without them, every table counts as a large one. */
async function readState(given: PlanInputs, context: ActionContext): Promise<SchemaState | undefined> {
  if (given["artifacts-bucket"] === "") return undefined;
  const s3 = s3Client({ ...connectionTo("S3", given, context), maxAttempts: 3 });
  return readSchemaState({ s3, bucket: given["artifacts-bucket"] }, given.environment).catch(() => undefined);
}

/** A fork's run gets no variables. */
const notReadable =
  'input "artifacts-bucket" is empty, as in a fork\'s pull request; with the input "site-url" it compares with what the site says is live';

/** How many attempts back the plan looks for releases that one could go back to. */
const attemptsShown = 20;

/** What is live and what was. Where the store cannot be reached that is said, and stops nothing: a plan is advice. */
async function readLiveRelease(
  given: PlanInputs,
  context: ActionContext,
): Promise<{
  readonly live: Manifest | null;
  readonly overview?: BriefOverview | undefined;
  readonly unknown?: string;
  /** What the store lacks to put the live release back: `begin` refuses then. */
  readonly missing?: readonly string[];
}> {
  if (given["artifacts-bucket"] === "") return { live: null, unknown: notReadable };
  try {
    const s3 = s3Client(connectionTo("S3", given, context, "show"));
    const store: Store = { s3, bucket: given["artifacts-bucket"] };
    const token = given["github-token"];
    const octokit = token === "" ? undefined : await octokitFor(token, context);
    // Site and API are not looked at: this job may not know their addresses.
    const witnesses = { ...noWitnesses, lifeOf: runLife.bind(undefined, octokit, context.run) };
    const [held, overview] = await Promise.all([
      readLive(store, given.environment),
      readBriefOverview(store, given.environment, attemptsShown, witnesses).catch((error: unknown) => {
        context.runner.info(`the releases that were live are left out: ${explain(error)}`);
        return undefined;
      }),
    ]);
    const live = held ? await readReleaseManifest(store, held.live.releaseId) : null;
    return { live, overview, missing: live ? await missingParts(store, live, context.signal) : [] };
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof ActionError && error.code === "InvalidInputs") throw error;
    context.runner.warning(`could not read what is live in ${given.environment}: ${explain(error)}`);
    return { live: null, unknown: explain(error) };
  }
}
