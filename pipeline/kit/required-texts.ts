import { ActionError } from "./errors.ts";

/** Throws one `InvalidInputs` that lists all that are missing of the inputs that only some uses need; `why` says which. */
export function requireTexts<Name extends string>(
  given: Readonly<Record<Name, string>>,
  names: readonly Name[],
  why: string,
): void {
  const missing = names.filter((name) => given[name] === "");
  if (missing.length === 0) return;
  throw new ActionError(
    "InvalidInputs",
    `${missing.map((name) => `input "${name}"`).join(", ")} ${missing.length === 1 ? "is" : "are"} required ${why}`,
    { hint: "set them in the step's `with:` block" },
  );
}
