import type { Phase } from "../../bundle/manifest-phase.ts";
import type { Finding, Observation, ObservedStatement } from "../../bundle/observation.ts";
import type { MigrationFacts, StatementFacts } from "./facts.ts";
import { changesOf, heldOn } from "./rule.ts";
import { rules } from "./rules.ts";

/** Where a migration was seen. */
interface Scene {
  /** Path of its source in the repository. */
  readonly file: string;
  /** Major of the server. */
  readonly postgres: number;
}

/** Statements of one migration that a manifest keeps. */
const kept = 40;

/** The observation of a migration: what it did and what of that hurts. Equal facts give equal observations. */
export function judge(facts: MigrationFacts, scene: Scene): Observation {
  const derived = derivePhase(facts);
  const findings = inOrder([...findingsOf(facts), ...phaseFinding(derived, facts), ...unknownRules(facts)]);
  const explained = findings.some(({ rule }) =>
    /^(needs-no-transaction|new-value-used|ends-transaction)$/.test(rule),
  );
  if (facts.failure !== undefined && !explained) {
    return { notChecked: `it could not be replayed on PostgreSQL ${scene.postgres}: ${facts.failure}` };
  }
  const { statements } = facts;
  const creates = statements.flatMap(({ changes }) =>
    changes.flatMap((change) => (change.kind === "table created" ? [change.table] : [])),
  );
  return {
    postgres: scene.postgres,
    file: scene.file,
    derived,
    creates: [...new Set(creates)].sort(),
    statements: statements.slice(0, kept).map(shownStatement),
    ...(statements.length > kept ? { more: statements.length - kept } : {}),
    findings,
  };
}

/** What stops first, then as the source goes. */
function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const severities = ["error", "warn", "info"];
  const rank = ({ severity, line = Number.MAX_SAFE_INTEGER }: Finding): readonly number[] => [
    severities.indexOf(severity),
    line,
  ];
  return [...findings].sort((a, b) => {
    const [severity = 0, line = 0] = rank(a).map((value, index) => value - (rank(b)[index] ?? 0));
    return severity || line;
  });
}

function findingsOf(facts: MigrationFacts): readonly Finding[] {
  return rules.flatMap((rule) =>
    rule.find(facts).flatMap(({ severity, message, on, statement }): Finding[] => {
      if (severity === undefined) return [];
      const lock = statement && on.table !== "" ? heldOn(statement, on.table) : undefined;
      return [
        {
          rule: rule.id,
          severity,
          message,
          on,
          ...(lock === undefined ? {} : { lock }),
          ...(statement?.line === undefined ? {} : { line: statement.line }),
          ...acceptance(facts, rule.id),
        },
      ];
    }),
  );
}

/** contract: takes something away that the release before may use. */
function derivePhase(facts: MigrationFacts): Phase {
  const takesAway = changesOf(
    facts,
    "column dropped",
    "column renamed",
    "table dropped",
    "table renamed",
    "value removed",
    "object dropped",
  ).some(({ change }) => !("of" in change) || change.of !== "sequence");
  const required = changesOf(facts, "column added").some(({ change }) => change.isRequired);
  const empties = facts.statements.some(
    ({ sql, rewrites }) => /^TRUNCATE\b/i.test(sql) && rewrites.length > 0,
  );
  return takesAway || required || empties ? "contract" : "expand";
}

/** Where a migration declares less than it does, the rules say what; here is the other way round. */
function phaseFinding(derived: Phase, facts: MigrationFacts): readonly Finding[] {
  if (facts.phase !== "contract" || derived === "contract") return [];
  const message =
    "declares contract and takes nothing away: it cannot go live together with one that expands";
  return [{ rule: "phase", severity: "info", message, on: { table: "" }, ...acceptance(facts, "phase") }];
}

function acceptance({ accepted }: MigrationFacts, rule: string): Pick<Finding, "accepted"> {
  const reason = Object.hasOwn(accepted, rule) ? accepted[rule] : undefined;
  return reason === undefined ? {} : { accepted: reason };
}

/** A reason that is given for nothing is a mistake in its name. */
function unknownRules({ accepted }: MigrationFacts): readonly Finding[] {
  const known = new Set([...rules.map(({ id }) => id), "phase"]);
  return Object.keys(accepted)
    .filter((rule) => !known.has(rule))
    .map((rule) => ({
      rule: "unknown-rule",
      severity: "warn",
      message: `accepts "${rule.slice(0, 60)}", which is no rule`,
      on: { table: "" },
    }));
}

function shownStatement({ sql, line, locks, rewrites, scans }: StatementFacts): ObservedStatement {
  return {
    sql,
    ...(line === undefined ? {} : { line }),
    ...(locks.length === 0 ? {} : { locks: locks.map(({ table, mode }) => `${mode} ${table}`) }),
    ...(rewrites.length === 0 ? {} : { rewrites }),
    ...(scans.length === 0 ? {} : { scans }),
  };
}
