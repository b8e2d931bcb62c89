import { expressionsOf } from "../expressions/template.ts";
import { templatesIn } from "../workflow/check-references.ts";
import type { Job, Workflow } from "../workflow/model.ts";
import type { Problem } from "../workflow/problems.ts";

/** Expressions that read an output which its job, or the workflow that the job calls, does not declare: always empty on GitHub. */
export function outputProblems(
  workflow: Workflow,
  called: (job: string) => Workflow | undefined,
): readonly Problem[] {
  const declared = new Map(
    workflow.jobs.map((job) => [job.id.toLowerCase(), outputsOf(job, called(job.id))] as const),
  );
  const templates = [...templatesIn(workflow.jobs), ...templatesIn(workflow.triggers.workflowCall?.outputs)];
  return templates.flatMap((template) =>
    expressionsOf(template).flatMap(({ source, references }) =>
      references.flatMap(([context, job = "", property, output]) => {
        if ((context !== "needs" && context !== "jobs") || property?.toLowerCase() !== "outputs") return [];
        const known = declared.get(job.toLowerCase());
        if (output === undefined || known === undefined) return [];
        if (known.some((name) => name.toLowerCase() === output.toLowerCase())) return [];
        const message = `"${source}": "${job}" has no output "${output}"; its outputs: ${known.join(", ") || "none"}`;
        return [{ ...template.place, message }];
      }),
    ),
  );
}

function outputsOf(job: Job, called: Workflow | undefined): readonly string[] {
  return Object.keys(job.kind === "steps" ? job.outputs : (called?.triggers.workflowCall?.outputs ?? {}));
}
