import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findEarlierResult } from "../github/earlier-result.ts";
import type { ActionContext } from "../kit/action.ts";
import { runCommand } from "../kit/child-process.ts";
import { ActionError } from "../kit/errors.ts";
import { sha256 } from "../kit/sha256.ts";
import { readCommit, treeKey } from "../workspace/git-tree.ts";
import { installDependencies } from "../workspace/install.ts";
import { failureExcerpt } from "./failure-excerpt.ts";
import type { TestInputs } from "./inputs.ts";

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
  const self = sha256(await readFile(fileURLToPath(import.meta.url)));
  const salt = ["test", self, inputs.suite, inputs.command, process.platform, process.arch];
  const [tree, commit] = await Promise.all([
    treeKey(workflow.workspace, inputs.paths, salt),
    readCommit(workflow.workspace),
  ]);
  const reusable = tree.changed.length === 0;
  const artifact = reusable
    ? `test-${inputs.suite}-${tree.key}`
    : `test-${inputs.suite}-of-run-${workflow.runId}-${workflow.runAttempt}`;
  const earlier = reusable ? await findEarlierResult(artifact, inputs["github-token"], context) : undefined;
  let result: TestResult;
  if (earlier === undefined) {
    const seconds = await runSuite(inputs, context);
    result = { suite: inputs.suite, key: tree.key, commit: commit.sha, seconds, runId: workflow.runId };
    runner.info(`suite ${inputs.suite} passed in ${seconds.toFixed(1)} s`);
  } else {
    result = { suite: inputs.suite, key: tree.key, commit: earlier.commit, seconds: 0, runId: earlier.runId };
    runner.info(
      `suite ${inputs.suite} passed with the same ${tree.files} files in run ${earlier.runId}; it is not run again`,
    );
  }
  const directory = join(workflow.temp, `test-${inputs.suite}`);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "result.json"), `${JSON.stringify(result, null, 2)}\n`);
  const how = earlier ? `passed before, in run ${earlier.runId}` : `passed in ${result.seconds.toFixed(1)} s`;
  await runner.summary(`Suite **${inputs.suite}** ${how}.\n\n`);
  runner.output("artifact", artifact);
  runner.output("directory", directory);
  runner.output("ran", earlier === undefined);
}

/** Runs the suite's command, streaming its output; returns the seconds it took, or throws `TestsFailed`. */
async function runSuite(inputs: TestInputs, context: ActionContext): Promise<number> {
  await installDependencies(context);
  const output: string[] = [];
  const started = context.clock.now().getTime();
  const code = await runCommand(
    {
      command: "bash",
      args: ["-eo", "pipefail", "-c", inputs.command],
      cwd: context.run.workspace,
      onLine: (line) => {
        output.push(line);
        context.runner.info(line);
      },
    },
    context,
  );
  if (code !== 0) {
    context.runner.error(failureExcerpt(output), `Suite ${inputs.suite}`);
    throw new ActionError(
      "TestsFailed",
      `suite "${inputs.suite}" failed: \`${inputs.command}\` ended with exit code ${code}`,
      { hint: `run \`${inputs.command}\` in a clone of the commit to see the same` },
    );
  }
  return (context.clock.now().getTime() - started) / 1000;
}
