import type { TemplateMap } from "../expressions/template-tree.ts";
import type { CallingJob, Workflow } from "../workflow/model.ts";
import { mayBe } from "../workflow/parse-call-trigger.ts";
import type { Problem } from "../workflow/problems.ts";

/**
 * What is wrong with how a job calls a workflow, as far as it shows before anything runs: inputs and secrets that the
 * workflow does not declare, required ones that are left out, values of another type.
 */
export function callProblems(
  job: CallingJob,
  called: Workflow,
  owners: { readonly run: string; readonly called: string },
): readonly Problem[] {
  const trigger = called.triggers.workflowCall;
  if (trigger === undefined) {
    return [{ ...job.uses.place, message: `"${job.uses.text}" has no workflow_call in its "on"` }];
  }
  const given = lowercase(job.with);
  const inputs = [
    ...unknownNames(job.with, trigger.inputs, "input", job),
    ...Object.entries(trigger.inputs).flatMap(([name, input]) => {
      const value = given[name.toLowerCase()];
      if (value !== undefined && !mayBe(value, input.type)) {
        return [{ ...value.place, message: `must be a ${input.type}, not "${value.source}"` }];
      }
      return value === undefined && input.required
        ? [{ ...job.uses.place, message: `input "${name}" of "${job.uses.text}" is required` }]
        : [];
    }),
  ];
  const { secrets } = job;
  if (secrets === "inherit") {
    // Between owners, GitHub lets it pass only inside of one enterprise.
    const message = `secrets of "${owners.run}" are not inherited by a workflow of "${owners.called}"; pass them by name`;
    return owners.run.toLowerCase() === owners.called.toLowerCase()
      ? inputs
      : [...inputs, { ...job.uses.place, key: `${job.place.key}.secrets`, message }];
  }
  const passed = lowercase(secrets);
  return [
    ...inputs,
    ...unknownNames(secrets, trigger.secrets, "secret", job),
    ...Object.entries(trigger.secrets)
      .filter(([name, { required }]) => required && passed[name.toLowerCase()] === undefined)
      .map(([name]) => ({
        ...job.uses.place,
        message: `secret "${name}" of "${job.uses.text}" is required`,
      })),
  ];
}

function unknownNames(
  given: TemplateMap,
  declared: Readonly<Record<string, unknown>>,
  kind: "input" | "secret",
  job: CallingJob,
): readonly Problem[] {
  const known = Object.keys(declared);
  return Object.entries(given)
    .filter(([name]) => !known.some((other) => other.toLowerCase() === name.toLowerCase()))
    .map(([name, { place }]) => ({
      ...place,
      message: `"${job.uses.text}" has no ${kind} "${name}"; its ${kind}s: ${known.join(", ") || "none"}`,
    }));
}

function lowercase<Entry>(entries: Readonly<Record<string, Entry>>): Readonly<Record<string, Entry>> {
  return Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => [name.toLowerCase(), entry] as const),
  );
}
