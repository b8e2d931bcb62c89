import type { Parser } from "../../kit/inputs.ts";
import type { EnvironmentReading } from "../environment/observation.ts";

/** Colours or, on enhanced health, statuses that count as good; undefined accepts any. */
export type AcceptedHealth = readonly string[] | undefined;

const statuses = ["Ok", "Info", "Warning", "Degraded", "Severe", "Pending", "Unknown", "NoData", "Suspended"];

/** Parses the input `health`: `green`, `yellow` (or better), `none`, or a list of statuses of enhanced health. */
export const acceptedHealth: Parser<AcceptedHealth> = (value) => {
  if (value === "none") return undefined;
  if (value === "green") return ["Green"];
  if (value === "yellow") return ["Green", "Yellow"];
  const names = value.split(",").map((name) => name.trim());
  if (names.every((name) => statuses.includes(name))) return names;
  throw new Error(`must be green, yellow, none, or statuses such as Ok,Warning (${statuses.join(", ")})`);
};

export function isAccepted({ health, healthStatus }: EnvironmentReading, accepted: AcceptedHealth): boolean {
  if (accepted === undefined) return true;
  // Some answers spell "No Data".
  return accepted.includes(health) || accepted.includes(healthStatus.replace(" ", ""));
}
