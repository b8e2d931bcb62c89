import type { Manifest, MigrationEntry } from "../bundle/manifest.ts";
import { oneOf } from "../kit/inputs.ts";
import type { Runner } from "../kit/runner.ts";
import { errorsOf, type JudgedMigration, judgePending, type Lint } from "./judge/pending.ts";
import type { SchemaState } from "./judge/schema-state.ts";
import { checkPhases } from "./phases.ts";

/** The input that says what errors in pending migrations do. */
export const lint = oneOf("error", "warn", "off");

/** What pending migrations are judged by. */
export interface Standard {
  readonly lint: Lint;
  /** What is known of the database that they are for. */
  readonly state: SchemaState | undefined;
}

/**
 * Why the pending migrations are not safe for the release that is live: by their phases, and where the standard says so by what they
 * did when they were replayed. Where nothing is live nobody waits, and nobody misses anything.
 */
export function checkPending({
  lint,
  state,
}: Standard): (pending: readonly MigrationEntry[], live: Manifest | null) => readonly string[] {
  return (pending, live) => [
    ...checkPhases(pending, live),
    ...(live === null || lint !== "error" ? [] : errorsOf(judgePending(pending, state))),
  ];
}

/** Annotations that GitHub shows of one step: more are not kept. */
const mostAnnotations = 10;

/** Says each finding at the line of its migration, and which migrations nobody looked at. */
export function annotateFindings(
  judged: readonly JudgedMigration[],
  lint: Lint,
  runner: Pick<Runner, "warning" | "error">,
): void {
  if (lint === "off") return;
  for (const { entry, notChecked } of judged) {
    if (notChecked !== "") runner.warning(`migration "${entry.name}" is not checked: ${notChecked}`);
  }
  const found = judged.flatMap(({ observed, findings }) =>
    findings
      .filter(({ severity, accepted }) => severity !== "info" && accepted === undefined)
      .map((finding) => ({ ...finding, file: observed?.file ?? "" })),
  );
  const sorted = [...found].sort((a, b) => Number(b.severity === "error") - Number(a.severity === "error"));
  for (const { rule, severity, message, wait, file, line } of sorted.slice(0, mostAnnotations)) {
    const words = `${message}${wait === "" ? "" : `; ${wait}`}`;
    const at = { file, ...(line === undefined ? {} : { line }) };
    if (severity === "error" && lint === "error") runner.error(words, rule, at);
    else runner.warning(words, rule, at);
  }
}
