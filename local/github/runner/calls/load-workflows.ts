import type { RunnerServices } from "../../runner-services.ts";
import { resolveActions } from "../actions/resolve-actions.ts";
import { readFileAt, resolveRevision } from "../repositories.ts";
import type { Stop } from "../steps/step-process.ts";
import type { CallingJob } from "../workflow/model.ts";
import { parseWorkflow } from "../workflow/parse-workflow.ts";
import { WorkflowFileError } from "../workflow/problems.ts";
import { callProblems } from "./check-call.ts";
import { outputProblems } from "./check-outputs.ts";
import { type LoadedWorkflow, type WorkflowSource, workflowRef } from "./loaded-workflow.ts";
import { type GrantedPermissions, permissionProblems } from "./permissions.ts";

/** https://docs.github.com/actions/reference/workflows-and-actions/reusing-workflow-configurations#limitations-of-reusable-workflows */
const mostLevels = 10;
const mostWorkflows = 50;

/** What loading one file after the other has in common. */
interface Loading {
  readonly services: RunnerServices;
  readonly stop: Stop;
  /** The workflows called so far, each once. */
  readonly called: Set<string>;
}

/**
 * The workflow with its actions and every workflow that it calls, whether or not a condition will let it: GitHub, too,
 * reads all of them before the first job starts. Throws a `WorkflowFileError` that lists what is wrong.
 */
export function loadWorkflows(
  text: string,
  source: WorkflowSource,
  services: RunnerServices,
  stop: Stop,
): Promise<LoadedWorkflow> {
  return load(text, source, { services, stop, called: new Set() }, [], undefined);
}

async function load(
  text: string,
  source: WorkflowSource,
  loading: Loading,
  callers: readonly WorkflowSource[],
  granted: GrantedPermissions,
): Promise<LoadedWorkflow> {
  const { services, stop } = loading;
  // A file of another repository is named with it.
  const isOwn = source.repository === services.repository.name;
  const workflow = parseWorkflow(text, isOwn ? source.path : workflowRef(source));
  const actions = await resolveActions(workflow, source, services, stop);
  const calls = new Map<string, LoadedWorkflow>();
  const permissions = workflow.permissions ?? granted;
  const chain = [...callers, source];
  for (const job of workflow.jobs) {
    if (job.kind === "steps") continue;
    const called = await open(job, chain, loading).catch((error: unknown) => {
      stop.cancel.throwIfAborted();
      throw new WorkflowFileError([{ ...job.uses.place, message: messageOf(error) }]);
    });
    const given = job.permissions ?? permissions;
    const loaded = await load(called.text, called.source, loading, chain, given);
    const problems = [
      ...callProblems(job, loaded.workflow, {
        run: ownerOf(services.repository.name),
        called: ownerOf(loaded.source.repository),
      }),
      ...permissionProblems(job, loaded.workflow, given),
    ];
    if (problems.length > 0) throw new WorkflowFileError(problems);
    calls.set(job.id, loaded);
  }
  const misread = outputProblems(workflow, (job) => calls.get(job)?.workflow);
  if (misread.length > 0) throw new WorkflowFileError(misread);
  return { source, workflow, actions, calls };
}

/** The called file. Throws a plain Error where there is none, or a limit is reached. */
async function open(
  { uses }: CallingJob,
  chain: readonly WorkflowSource[],
  { services, stop, called }: Loading,
): Promise<{ readonly source: WorkflowSource; readonly text: string }> {
  const caller = chain.at(-1) as WorkflowSource;
  const revision = uses.kind === "repository" ? caller : await resolveRevision(services, uses, stop);
  const { repository, gitDirectory, ref, sha } = revision;
  const asked = uses.kind === "repository" ? sha : uses.ref;
  const source = { repository, gitDirectory, ref, sha, path: uses.path, asked };
  const text = await readFileAt(services, source, uses.path, stop);
  if (text === undefined) throw new Error(`there is no "${uses.path}" at ${sha} of "${repository}"`);
  if (chain.some((one) => workflowRef(one) === workflowRef(source))) {
    throw new Error(`"${uses.text}" calls itself: ${[...chain, source].map(({ path }) => path).join(" → ")}`);
  }
  if (chain.length >= mostLevels) throw new Error(`more than ${mostLevels} levels of workflows`);
  called.add(workflowRef(source));
  if (called.size > mostWorkflows) throw new Error(`more than ${mostWorkflows} workflows are called`);
  return { source, text };
}

function ownerOf(repository: string): string {
  return repository.split("/")[0] ?? "";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
