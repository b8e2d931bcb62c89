import { ActionError } from "../../kit/errors.ts";

/** Without one of these a later step would fail after others had moved. */
export const tierInputs = ["site-bucket", "site-url", "api-url", "eb-application", "eb-environment"] as const;

/** Throws one `InvalidInputs` that lists all that are missing of the inputs that only some operations need. */
export function requireInputs<Name extends string>(
  given: { readonly environment: string } & Readonly<Record<Name, string | null>>,
  names: readonly Name[],
  why: string,
): void {
  const missing = names.filter((name) => given[name] === "" || given[name] === null);
  if (missing.length === 0) return;
  throw new ActionError(
    "InvalidInputs",
    `${missing.map((name) => `input "${name}"`).join(", ")} ${missing.length === 1 ? "is" : "are"} required ${why}`,
    {
      hint: `set them in the step's \`with:\` block; in this repository's workflows they come from ${missing.map((name) => `the variable ${name.toUpperCase().replaceAll("-", "_")}`).join(", ")} of the repository or its environment "${given.environment}"`,
    },
  );
}
