import { expressionsOf, type Template } from "../expressions/template.ts";
import type { Job, StepsJob, Workflow } from "./model.ts";
import type { Problem } from "./problems.ts";

/** `needs` that name no job, or that lead back to their own job. */
export function checkNeeds(jobs: readonly Job[]): Problem[] {
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const problems = jobs.flatMap((job) =>
    job.needs
      .filter((need) => need !== "" && !byId.has(need))
      .map((need) => ({ ...job.place, key: `${job.place.key}.needs`, message: `there is no job "${need}"` })),
  );
  if (problems.length > 0) return problems;
  return jobs
    .filter((job) => ancestorsOf(job, byId).has(job.id))
    .map((job) => ({ ...job.place, key: `${job.place.key}.needs`, message: `"${job.id}" needs itself` }));
}

/** Every job that must end before this one starts. */
export function ancestorsOf(job: Job, byId: ReadonlyMap<string, Job>): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (id: string): void => {
    if (found.has(id)) return;
    found.add(id);
    byId.get(id)?.needs.forEach(visit);
  };
  job.needs.forEach(visit);
  return found;
}

export function checkStepIds(job: Job): Problem[] {
  const seen = new Set<string>();
  return stepsOf(job).flatMap(({ id, place }) => {
    if (id === undefined) return [];
    const repeated = seen.has(id.toLowerCase());
    seen.add(id.toLowerCase());
    return repeated ? [{ ...place, key: `${place.key}.id`, message: `there is another step "${id}"` }] : [];
  });
}

/** Expressions that read a job which is not in `needs`, or a step which is not in the job: always empty on GitHub. */
export function checkReferences(job: Job): Problem[] {
  const needs = job.needs.map((id) => id.toLowerCase());
  const steps = stepsOf(job).flatMap(({ id }) => (id === undefined ? [] : [id.toLowerCase()]));
  return [...templatesIn(job)].flatMap((template) =>
    expressionsOf(template).flatMap(({ references, source }) =>
      references.flatMap(([context, name]) => {
        const id = name?.toLowerCase();
        if (id === undefined) return [];
        if (context === "needs" && !needs.includes(id)) {
          return [
            { ...template.place, message: `"${source}": "${name}" is not in the needs of "${job.id}"` },
          ];
        }
        if (context === "steps" && !steps.includes(id)) {
          return [{ ...template.place, message: `"${source}": "${job.id}" has no step with id "${name}"` }];
        }
        return [];
      }),
    ),
  );
}

/** Outputs of a reusable workflow that read a job which it does not have: always empty on GitHub. */
export function checkCallOutputs({ triggers, jobs }: Workflow): Problem[] {
  const known = jobs.map(({ id }) => id.toLowerCase());
  return Object.values(triggers.workflowCall?.outputs ?? {}).flatMap((template) =>
    expressionsOf(template).flatMap(({ references, source }) =>
      references
        .filter(
          ([context, name]) =>
            context === "jobs" && name !== undefined && !known.includes(name.toLowerCase()),
        )
        .map(([, name]) => ({ ...template.place, message: `"${source}": there is no job "${name}"` })),
    ),
  );
}

/** The steps of a job; a job that calls a workflow has none of its own. */
export function stepsOf(job: Job): StepsJob["steps"] {
  return job.kind === "steps" ? job.steps : [];
}

/** Every template in a part of a workflow. */
export function* templatesIn(value: unknown): Generator<Template> {
  if (typeof value !== "object" || value === null) return;
  if ("parts" in value && "source" in value) yield value as Template;
  else for (const part of Object.values(value)) yield* templatesIn(part);
}
