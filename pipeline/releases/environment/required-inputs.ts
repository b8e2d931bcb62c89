import { ActionError } from "../../kit/errors.ts";
import type { Tier } from "../store/keys.ts";
import type { EnvironmentInputs } from "./inputs.ts";

const siteInputs = ["site-bucket", "site-url"] as const;
const apiInputs = ["api-url", "eb-application", "eb-environment"] as const;

type TierInputs = Pick<
  EnvironmentInputs,
  "environment" | (typeof siteInputs)[number] | (typeof apiInputs)[number]
>;

/** Throws `InvalidInputs` where nobody said at which address visitors meet one of the tiers. */
export function requireAddresses(
  given: Pick<EnvironmentInputs, "environment" | "site-url" | "api-url">,
  tiers: readonly Tier[],
): void {
  const names = [
    ...(tiers.includes("site") ? ["site-url" as const] : []),
    ...(tiers.includes("api") ? ["api-url" as const] : []),
  ];
  requireInputs(given, names, "to verify what is live");
}

/** Throws `InvalidInputs` where the step was not told what it takes to move these tiers, verify them and put them back. */
export type RequireTiers = (tiers: readonly Tier[], why: string) => void;

/** Throws `InvalidInputs` where one of the tiers could not be moved or verified: a later step would fail after others had moved. */
export function requireTierInputs(given: TierInputs, tiers: readonly Tier[], why: string): void {
  const names = [...(tiers.includes("site") ? siteInputs : []), ...(tiers.includes("api") ? apiInputs : [])];
  requireInputs(given, names, why);
}

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
