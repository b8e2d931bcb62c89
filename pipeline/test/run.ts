import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type EarlierResult, takeEarlierResult } from "../github/earlier-result.ts";
import type { ActionContext } from "../kit/action.ts";
import { runCommand } from "../kit/child-process.ts";
import { ActionError } from "../kit/errors.ts";
import { sha256 } from "../kit/sha256.ts";
import { readCommit } from "../workspace/git-tree.ts";
import { installDependencies } from "../workspace/install.ts";
import { givenPathspecs } from "../workspace/pathspecs.ts";
import { withRegistryToken } from "../workspace/registry-access.ts";
import { resultName, reuseKey } from "../workspace/reuse-key.ts";
import type { TestDatabase } from "./database.ts";
import { failureExcerpt } from "./failure-excerpt.ts";
import type { TestInputs } from "./inputs.ts";

const resultFile = "result.json";

/** result.json: that a suite passed, with which files. */
interface TestResult {
  readonly suite: string;
  readonly key: string;
  readonly commit: string;
  readonly seconds: number;
  /** The run that ran the suite. */
  readonly runId: number;
}

/** Runs a suite, or finds that it has passed with the same files. Only a passed suite leaves a result. */
export async function run(inputs: TestInputs, context: ActionContext): Promise<void> {
  const { runner, run: workflow } = context;
  const { suite, command, "github-token": token } = inputs;
  const { "check-command": check, "test-database": wantsDatabase } = inputs;
  const settings = { suite, command, check, wantsDatabase };
  const paths = await givenPathspecs(workflow.workspace, inputs);
  const [key, commit] = await Promise.all([
    reuseKey(workflow.workspace, { paths, settings, maker: import.meta.url }),
    readCommit(workflow.workspace),
  ]);
  const artifact = resultName(`test-${suite}`, key, workflow);
  const isReusable = key.changed.length === 0;
  const wanted = { name: artifact, job: inputs.job || workflow.job, document: resultFile };
  const found = isReusable ? await takeEarlierResult(wanted, token, context) : undefined;
  const earlier = found && isOf(found, { suite, key: key.key }, context) ? found : undefined;
  let result: TestResult;
  if (earlier === undefined) {
    const seconds = await runSuite(inputs, context);
    result = { suite, key: key.key, commit: commit.sha, seconds, runId: workflow.runId };
    runner.info(`suite ${suite} passed in ${seconds.toFixed(1)} s`);
  } else {
    result = { suite, key: key.key, commit: earlier.commit, seconds: 0, runId: earlier.runId };
    runner.info(
      `suite ${suite} passed with the same ${key.files} files in run ${earlier.runId}; it is not run again`,
    );
  }
  const directory = join(workflow.temp, `test-${suite}`);
  await mkdir(directory, { recursive: true });
  const text = `${JSON.stringify(result, null, 2)}\n`;
  await writeFile(join(directory, resultFile), text);
  runner.claim(artifact, sha256(text));
  const how = earlier ? `passed before, in run ${earlier.runId}` : `passed in ${result.seconds.toFixed(1)} s`;
  await runner.summary(`Suite **${suite}** ${how}.\n\n`);
  runner.output("artifact", artifact);
  runner.output("directory", directory);
  runner.output("ran", earlier === undefined);
}

/** Whether it says that this suite has passed with these files; a line of the log where it does not. */
function isOf(
  { runId, files }: EarlierResult,
  wanted: Pick<TestResult, "suite" | "key">,
  { runner }: Pick<ActionContext, "runner">,
): boolean {
  try {
    const said = JSON.parse(Buffer.from(files[resultFile] ?? "").toString("utf8")) as Partial<TestResult>;
    if (said.suite === wanted.suite && said.key === wanted.key) return true;
  } catch {
    // No JSON says nothing either.
  }
  runner.info(
    `the result of run ${runId} does not count: it does not say that ${wanted.suite} passed with these files`,
  );
  return false;
}

/** Runs the checks and the suite's command, streaming their output; returns the seconds it took, or throws `TestsFailed`. */
async function runSuite(inputs: TestInputs, context: ActionContext): Promise<number> {
  const { suite, command, "check-command": check } = inputs;
  const { path } = await withRegistryToken(inputs["npm-token"], context, (env) =>
    installDependencies(context, undefined, env),
  );
  const started = context.clock.now().getTime();
  if (check !== "") await runToTheEnd(suite, check, { PATH: path }, context);
  await using database = inputs["test-database"] ? await databaseOf(context) : undefined;
  if (database)
    context.runner.info(`database of the suite: ${database.origin}, on port ${database.env.PGPORT}`);
  await runToTheEnd(suite, command, { PATH: path, ...database?.env }, context);
  return (context.clock.now().getTime() - started) / 1000;
}

/** Loaded only now: most suites bring their database, or need none. */
async function databaseOf(context: ActionContext): Promise<TestDatabase> {
  const { startDatabase } = await import("./database.ts");
  return startDatabase(context);
}

async function runToTheEnd(
  suite: string,
  command: string,
  env: Readonly<Record<string, string>>,
  context: ActionContext,
): Promise<void> {
  const output: string[] = [];
  const code = await runCommand(
    {
      command: "bash",
      args: ["-eo", "pipefail", "-c", command],
      cwd: context.run.workspace,
      env,
      onLine: (line) => {
        output.push(line);
        context.runner.info(line);
      },
    },
    context,
  );
  if (code === 0) return;
  context.runner.error(failureExcerpt(output), `Suite ${suite}`);
  throw new ActionError(
    "TestsFailed",
    `suite "${suite}" failed: \`${command}\` ended with exit code ${code}`,
    { hint: `run \`${command}\` in a clone of the commit to see the same` },
  );
}
