import { parseTemplate } from "../expressions/template.ts";
import { checkCallOutputs, checkNeeds, checkReferences, checkStepIds } from "./check-references.ts";
import type { Workflow } from "./model.ts";
import { parseJob } from "./parse-job.ts";
import { parseConcurrency, parseDefaults, parsePermissions, parseTemplateMap } from "./parse-parts.ts";
import { parseTriggers } from "./parse-triggers.ts";
import { type Problem, WorkflowFileError } from "./problems.ts";
import { readYaml } from "./yaml-value.ts";

const known = [
  "name",
  "description",
  "run-name",
  "on",
  "permissions",
  "env",
  "defaults",
  "concurrency",
  "jobs",
] as const;

/**
 * Understands a workflow file in full, expressions included. Throws one `WorkflowFileError` with every problem, each
 * naming file, line and key: whatever this runner would treat otherwise than GitHub is a problem.
 */
export function parseWorkflow(text: string, path: string): Workflow {
  const problems: Problem[] = [];
  const root = readYaml(text, path, problems);
  if (root === undefined) throw new WorkflowFileError(problems);
  const fields = root.fields(known);
  const on = fields.get("on");
  const jobs = fields.get("jobs");
  if (on === undefined) root.problem("on is missing");
  if (jobs === undefined) root.problem("jobs are missing");
  const runName = fields.get("run-name");
  const permissions = fields.get("permissions");
  const concurrency = fields.get("concurrency");
  const jobEntries = jobs?.entries() ?? [];
  if (jobs?.kind === "mapping" && jobEntries.length === 0) jobs.problem("needs at least one job");
  const workflow: Workflow = {
    path,
    name: fields.get("name")?.text() || path,
    runName: runName && parseTemplate(runName, "run-name"),
    triggers: on
      ? parseTriggers(on)
      : { push: undefined, pullRequest: undefined, workflowDispatch: undefined, workflowCall: undefined },
    env: parseTemplateMap(fields.get("env"), "workflow-env"),
    permissions: permissions && parsePermissions(permissions),
    concurrency: concurrency && parseConcurrency(concurrency, "workflow-concurrency"),
    defaults: parseDefaults(fields.get("defaults"), "nothing"),
    jobs: jobEntries.map(([id, job]) => parseJob(id, job)),
  };
  problems.push(...checkNeeds(workflow.jobs), ...workflow.jobs.flatMap(checkStepIds));
  problems.push(...workflow.jobs.flatMap(checkReferences), ...checkCallOutputs(workflow));
  if (problems.length > 0) throw new WorkflowFileError(problems);
  return workflow;
}
