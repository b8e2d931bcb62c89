// What the findings of pending migrations mean where they are to go live: pure.
import type { MigrationEntry } from "../../bundle/manifest.ts";
import type { Finding, ObservedMigration } from "../../bundle/observation.ts";
import { byRule } from "./safe-forms.ts";
import type { SchemaState } from "./schema-state.ts";
import { waitOf } from "./wait.ts";

/** What errors do: stop, warn, or nothing. */
export type Lint = "error" | "warn" | "off";

/** A finding as it counts there. */
export interface CountedFinding extends Finding {
  /** How long others would wait by the size of the table, in words; "" where that is not known. */
  readonly wait: string;
}

export interface JudgedMigration {
  readonly entry: MigrationEntry;
  readonly observed: ObservedMigration | undefined;
  /** Why nobody looked; "" where somebody did. */
  readonly notChecked: string;
  readonly findings: readonly CountedFinding[];
}

/**
 * | finding | counts as |
 * |---|---|
 * | of a table that an earlier pending migration makes | nothing: nobody uses it yet |
 * | of a lock or of rows, where the table is known to be small | info |
 * | accepted by the migration, with its reason | what it is; it stops nothing |
 * | any other | what it is |
 */
export function judgePending(
  pending: readonly MigrationEntry[],
  state: SchemaState | undefined,
): readonly JudgedMigration[] {
  const made = new Set<string>();
  return [...pending]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry) => {
      const { observed } = entry;
      if (observed === undefined || "notChecked" in observed) {
        const notChecked = observed?.notChecked ?? "its build did not look at it";
        return { entry, observed: undefined, notChecked, findings: [] };
      }
      const findings = observed.findings
        .filter(({ on }) => !made.has(on.table))
        .map((finding): CountedFinding => {
          const { isSmall, words } = waitOf(finding, state);
          const isOfTime = byRule.get(finding.rule)?.isOfTime === true;
          const severity = isOfTime && isSmall ? "info" : finding.severity;
          return { ...finding, wait: isOfTime ? words : "", severity };
        });
      for (const table of observed.creates) made.add(table);
      return { entry, observed, notChecked: "", findings };
    });
}

/** Those that stop going live, in words, each with its migration. */
export function errorsOf(judged: readonly JudgedMigration[]): readonly string[] {
  return judged.flatMap(({ entry, findings }) =>
    findings
      .filter(({ severity, accepted }) => severity === "error" && accepted === undefined)
      .map(({ message, rule, line }) => {
        const at = line === undefined ? "" : `:${line}`;
        return `migration "${entry.name}"${at} ${message} (${rule})`;
      }),
  );
}

/** Whether nobody saw what a migration does. */
export function isUnchecked({ observed }: Pick<MigrationEntry, "observed">): boolean {
  return observed === undefined || "notChecked" in observed;
}

/** What is known of a migration, in a few words: "2 errors, 1 warning". */
export function findingWords({ observed }: Pick<MigrationEntry, "observed">): string {
  if (observed === undefined) return "not checked";
  if ("notChecked" in observed) return `not checked: ${observed.notChecked}`;
  const open = observed.findings.filter(({ accepted }) => accepted === undefined);
  const count = (severity: Finding["severity"], noun: string): string[] => {
    const number = open.filter((one) => one.severity === severity).length;
    return number === 0 ? [] : [`${number} ${noun}${number === 1 ? "" : "s"}`];
  };
  const accepted = observed.findings.length - open.length;
  return (
    [
      ...count("error", "error"),
      ...count("warn", "warning"),
      ...(accepted === 0 ? [] : [`${accepted} accepted`]),
    ].join(", ") || "no findings"
  );
}
