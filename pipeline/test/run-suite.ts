import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { ActionContext } from "../kit/action.ts";
import { installDependencies } from "../workspace/install.ts";
import { withRegistryToken } from "../workspace/registry-access.ts";
import type { TestDatabase } from "./database.ts";
import type { TestInputs } from "./inputs.ts";
import { mochaEnvironment, takeEvents } from "./mocha-events.ts";
import { endProblem, failCheck, failSuite, sayRunning } from "./problems.ts";
import { flakyNames } from "./results/flaky.ts";
import { readOutput } from "./results/read-output.ts";
import { readReports } from "./results/read-reports.ts";
import { countedCases, type TestResults } from "./results/test-results.ts";
import { type CommandEnd, runSuiteCommand } from "./suite-command.ts";

export interface PassedSuite {
  readonly seconds: number;
  /** Undefined where the command prints no summary that is known. */
  readonly results: TestResults | undefined;
  /** Tests that failed first and passed when they were tried again. */
  readonly flaky: readonly string[];
}

/**
 * Installs packages, runs the checks and the suite's command, streaming their output. Throws `TestsFailed`, after annotations of what
 * failed and with failures.json written, where a check or the suite fails, takes longer than it may, or ran no test.
 */
export async function runSuite(inputs: TestInputs, context: ActionContext): Promise<PassedSuite> {
  const { "check-command": check, "limit-minutes": limit } = inputs;
  const { path } = await withRegistryToken(inputs["npm-token"], context, (env) =>
    installDependencies(context, undefined, env),
  );
  const started = context.clock.now().getTime();
  if (check !== "") {
    const end = await runSuiteCommand(check, { PATH: path }, limit, context);
    if (end.code !== 0) await failCheck(inputs, end, context);
  }
  await using database = inputs["test-database"] ? await databaseOf(context) : undefined;
  if (database)
    context.runner.info(`database of the suite: ${database.origin}, on port ${database.env.PGPORT}`);
  const passed = await tries(inputs, { PATH: path, ...database?.env }, context);
  return { ...passed, seconds: (context.clock.now().getTime() - started) / 1000 };
}

/** Loaded only now: most suites bring their database, or need none. */
async function databaseOf(context: ActionContext): Promise<TestDatabase> {
  const { startDatabase } = await import("./database.ts");
  return startDatabase(context);
}

/** Runs the suite until it passes or may not be tried again. */
async function tries(
  inputs: TestInputs,
  env: Readonly<Record<string, string>>,
  context: ActionContext,
): Promise<Omit<PassedSuite, "seconds">> {
  const earlier: (TestResults | undefined)[] = [];
  for (;;) {
    const { end, results, running } = await runOnce(inputs, env, context);
    const problem = endProblem(inputs, end, results, running);
    if (problem === undefined) {
      const named = flakyNames(earlier, results);
      return { results, flaky: named.length === 0 && earlier.length > 0 ? ["the suite as a whole"] : named };
    }
    if (end.isOverLimit || earlier.length >= inputs["retry-failed"])
      await failSuite(inputs, { problem, end, results }, context);
    earlier.push(results);
    context.runner.info(`${problem}; it is tried again, ${earlier.length} of ${inputs["retry-failed"]}`);
  }
}

interface Try {
  readonly end: CommandEnd;
  readonly results: TestResults | undefined;
  /** Names of tests that have begun and not ended, where mocha tells. */
  readonly running: readonly string[];
}

async function runOnce(
  inputs: TestInputs,
  env: Readonly<Record<string, string>>,
  context: ActionContext,
): Promise<Try> {
  const { command, reports, "limit-minutes": limit } = inputs;
  const eventsFile = join(context.run.temp, `test-${inputs.suite}-events.jsonl`);
  await mkdir(context.run.temp, { recursive: true });
  const begun = context.clock.now();
  const told = { ...env, ...mochaEnvironment(eventsFile, context.env) };
  try {
    const end = await runSuiteCommand(command, told, limit, context);
    const { passed, running } = await takeEvents(eventsFile);
    const said = reports.length > 0 ? undefined : readOutput(end.lines);
    const known = reports.length > 0 ? await readReports(context.run.workspace, reports, begun) : said;
    if (passed.length === 0 || reports.length > 0) return { end, results: known, running };
    // mocha's summary has the failed hooks too, its events the times of all that passed.
    const failed = known?.cases.filter(({ outcome }) => outcome === "failed") ?? [];
    const results = known ? { ...known, cases: [...failed, ...passed] } : countedCases(passed);
    return { end, results, running };
  } catch (error) {
    if (context.signal.aborted) sayRunning(inputs, (await takeEvents(eventsFile)).running, context);
    throw error;
  }
}
