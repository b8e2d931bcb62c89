import type { ConditionValues } from "../service.ts";
import { type Conditions, holds, parseConditions } from "./conditions.ts";
import { wildcard } from "./wildcard.ts";

/** A policy document, checked: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
export interface Policy {
  readonly statements: readonly Statement[];
}

interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly principals: Principals | undefined;
  readonly notPrincipals: Principals | undefined;
  readonly action: (action: string) => boolean;
  readonly resource: (resource: string) => boolean;
  readonly conditions: Conditions;
  /** True when anyone may use an Allow: principal "*" and no condition. */
  readonly isPublic: boolean;
}

type Principals = "*" | Readonly<Record<string, readonly string[]>>;

/** Who asks, as the `Principal` element of trust and bucket policies names them. */
export interface PolicySubject {
  /** The ARNs by which the requester may be named: of the session, of the role, of the identity provider. */
  readonly arns: readonly string[];
  readonly accountId: string | undefined;
  readonly isRoot: boolean;
  readonly federated?: string;
  /** As `cloudfront.amazonaws.com`. */
  readonly service?: string;
}

export interface PolicyQuestion {
  /** e.g. s3:PutObject */
  readonly action: string;
  readonly resource: string;
  readonly conditions: ConditionValues;
  /** Undefined for policies of a role, which speak about nobody else. */
  readonly subject: PolicySubject | undefined;
}

export type Decision = "allow" | "deny" | "none";

/** An explicit deny wins over every allow; silence is "none". */
export function decide(policies: readonly Policy[], question: PolicyQuestion): Decision {
  let decision: Decision = "none";
  for (const { statements } of policies) {
    for (const statement of statements) {
      if (!applies(statement, question)) continue;
      if (statement.effect === "Deny") return "deny";
      decision = "allow";
    }
  }
  return decision;
}

export function isPublic(policy: Policy): boolean {
  return policy.statements.some((statement) => statement.isPublic);
}

function applies(statement: Statement, question: PolicyQuestion): boolean {
  return (
    statement.action(question.action) &&
    statement.resource(question.resource) &&
    appliesTo(statement, question.subject) &&
    holds(statement.conditions, question.conditions)
  );
}

function appliesTo(statement: Statement, subject: PolicySubject | undefined): boolean {
  if (subject === undefined) return true;
  if (statement.notPrincipals !== undefined) return !names(statement.notPrincipals, subject, true);
  return (
    statement.principals !== undefined && names(statement.principals, subject, statement.effect === "Deny")
  );
}

/**
 * `wholeAccount`: naming an account denies everyone in it, but allows nobody by itself: it lets the account's own
 * policies decide.
 */
function names(principals: Principals, subject: PolicySubject, wholeAccount: boolean): boolean {
  if (principals === "*") return true;
  if (subject.federated !== undefined && principals.Federated?.includes(subject.federated)) return true;
  if (subject.service !== undefined && principals.Service?.includes(subject.service)) return true;
  return (principals.AWS ?? []).some((name) => {
    if (name === "*" || subject.arns.includes(name)) return true;
    const account = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(name)?.[1];
    return account !== undefined && account === subject.accountId && (subject.isRoot || wholeAccount);
  });
}

const statementFields = new Set([
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
]);

/** Checks a document. Throws a plain Error that names the statement and what is wrong or not supported here. */
export function parsePolicy(document: unknown): Policy {
  const { Version, Statement } = asObject(document, "a policy document");
  if (Version !== undefined && Version !== "2012-10-17" && Version !== "2008-10-17") {
    throw new Error(`policy version ${JSON.stringify(Version)} is not 2012-10-17`);
  }
  if (Statement === undefined) throw new Error("a policy document needs a Statement");
  return { statements: asList(Statement).map((one, index) => parseStatement(one, `statement ${index + 1}`)) };
}

function parseStatement(value: unknown, name: string): Statement {
  const statement = asObject(value, name);
  const unknown = Object.keys(statement).find((field) => !statementFields.has(field));
  if (unknown !== undefined) throw new Error(`${name} has an unknown element "${unknown}"`);
  const { Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition } = statement;
  if (Effect !== "Allow" && Effect !== "Deny") {
    throw new Error(`${name} has the effect ${JSON.stringify(Effect)}; it must be "Allow" or "Deny"`);
  }
  if ((Action === undefined) === (NotAction === undefined)) {
    throw new Error(`${name} needs either Action or NotAction`);
  }
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
  if (NotPrincipal !== undefined && Effect === "Allow") {
    throw new Error(`${name} allows with NotPrincipal, which only a Deny may have`);
  }
  const principals = Principal === undefined ? undefined : parsePrincipals(Principal, name);
  const conditions = parseConditions(Condition ?? {}, name);
  const everyone = principals === "*" || principals?.AWS?.includes("*") === true;
  return {
    effect: Effect,
    principals,
    notPrincipals: NotPrincipal === undefined ? undefined : parsePrincipals(NotPrincipal, name),
    action: matcher(Action, NotAction, name, "i"),
    resource: matcher(Resource, NotResource, name, ""),
    conditions,
    isPublic: Effect === "Allow" && everyone && conditions.length === 0,
  };
}

function matcher(given: unknown, not: unknown, name: string, flags: "i" | ""): (text: string) => boolean {
  if (given === undefined && not === undefined) return () => true;
  const patterns = asList(given ?? not).map((entry) => wildcard(asText(entry, name), flags));
  const matches = (text: string): boolean => patterns.some((pattern) => pattern.test(text));
  return given === undefined ? (text) => !matches(text) : matches;
}

function parsePrincipals(value: unknown, name: string): Principals {
  if (value === "*") return "*";
  return Object.fromEntries(
    Object.entries(asObject(value, `the principal of ${name}`)).map(([kind, entries]) => {
      if (!["AWS", "Federated", "Service"].includes(kind)) {
        throw new Error(`${name} has an unknown kind of principal "${kind}"`);
      }
      return [kind, asList(entries).map((entry) => asText(entry, name))];
    }),
  );
}

function asObject(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error(`${name} must be a JSON object`);
  }
  return value as Record<string, unknown>;
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function asText(value: unknown, name: string): string {
  if (typeof value !== "string") throw new Error(`${name}: ${JSON.stringify(value)} must be a string`);
  return value;
}
