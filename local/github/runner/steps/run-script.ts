import { randomUUID } from "node:crypto";
import { statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { evaluateText } from "../expressions/template.ts";
import type { RunStep } from "../workflow/model.ts";
import { shellCommand } from "../workflow/shells.ts";
import { runStepProcess, type StepExecution } from "./execution.ts";
import { environmentLines } from "./step-header.ts";

/** Runs the script of a `run` step. Resolves with whether it succeeded; an exit code other than 0 is an error annotation. */
export async function runScript(execution: StepExecution<RunStep>): Promise<boolean> {
  const { state, step, scope, output } = execution;
  const script = evaluateText(step.run, scope).replaceAll("\r\n", "\n");
  const jobDefaults = state.plan.job.defaults;
  const workflowDefaults = state.plan.frame.loaded.workflow.defaults;
  const shell = step.shell ?? jobDefaults.shell ?? workflowDefaults.shell;
  const folder = step.workingDirectory ?? jobDefaults.workingDirectory ?? workflowDefaults.workingDirectory;
  const command = shellCommand(shell === undefined ? "" : evaluateText(shell, scope));
  const { workspace, temp } = state.directories;
  const cwd = resolve(workspace, folder === undefined ? "" : evaluateText(folder, scope));
  output.group(`Run ${script.trim().split("\n")[0]}`, [
    ...script.trimEnd().split("\n"),
    `shell: ${command.join(" ")}`,
    ...environmentLines(execution.env),
  ]);
  if (!statSync(cwd, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`the working directory "${cwd}" does not exist; is a checkout missing?`);
  }
  const file = join(temp, `${randomUUID()}.sh`);
  writeFileSync(file, script);
  const [program = "", ...args] = command.map((word) => word.replace("{0}", file));
  const exitCode = await runStepProcess(execution, program, args, { cwd });
  if (exitCode !== 0 && !isStopped(execution)) output.error(`Process completed with exit code ${exitCode}.`);
  return exitCode === 0;
}

function isStopped({ stop }: StepExecution): boolean {
  return stop.cancel.aborted || stop.kill.aborted;
}
