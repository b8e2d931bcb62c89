import type { Fault, FaultKind } from "./environment-faults.ts";

type Check = (value: unknown) => boolean;

const isCount: Check = (value) => Number.isInteger(value) && (value as number) >= 0;
const isText: Check = (value) => typeof value === "string" && value !== "";

const common: Readonly<Record<string, Check>> = {
  kind: isText,
  environment: isText,
  times: (value) => isCount(value) && value !== 0,
};

/** What each kind has besides; fields with a "?" may be left out. */
const kinds: Readonly<Record<FaultKind, Readonly<Record<string, Check>>>> = {
  "must-be-ready": {},
  "stuck-updating": {},
  "silent-revert": {},
  "eb-reverts": {},
  "split-fleet": {},
  "managed-update": { when: (value) => value === "after" || value === "during", forMs: isCount },
  "version-processing-failed": {},
  "version-not-yet-visible": {},
  "stale-describe": { forMs: isCount },
  "failing-health": { instances: (value) => value === "all" || value === "new" || isCount(value) },
  "instance-dies": { afterMs: isCount, "instance?": isCount },
};

/** Checks a fault that came as JSON. Throws a plain Error that names the field, its value, and what there is. */
export function parseFault(value: unknown): Fault {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error("a fault must be a JSON object");
  }
  const given = value as Readonly<Record<string, unknown>>;
  const { kind } = given;
  if (typeof kind !== "string" || !Object.hasOwn(kinds, kind)) {
    const known = Object.keys(kinds).join(", ");
    throw new Error(`there is no fault of kind ${JSON.stringify(kind)}; there are ${known}`);
  }
  const own = kinds[kind as FaultKind];
  for (const name of Object.keys(own)) {
    if (!name.endsWith("?") && !(name in given))
      throw new Error(`a fault "${kind}" needs the field "${name}"`);
  }
  for (const [name, field] of Object.entries(given)) {
    const check = common[name] ?? own[name] ?? own[`${name}?`];
    if (check === undefined) throw new Error(`a fault "${kind}" has no field "${name}"`);
    if (!check(field)) {
      throw new Error(`field "${name}" of a fault "${kind}" cannot be ${JSON.stringify(field)}`);
    }
  }
  return value as Fault;
}
