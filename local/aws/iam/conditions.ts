import type { ConditionValues } from "../service.ts";
import { wildcard } from "./wildcard.ts";

/** All must hold. */
export type Conditions = readonly Condition[];

interface Condition {
  readonly key: string;
  readonly holds: (given: readonly string[] | undefined) => boolean;
}

type Compare = (expected: string) => (given: string) => boolean;

const equals: Compare = (expected) => (given) => given === expected;
const equalsIgnoringCase: Compare = (expected) => (given) => given.toLowerCase() === expected.toLowerCase();
const like: Compare = (expected) => {
  const pattern = wildcard(expected, "");
  return (given) => pattern.test(given);
};
const numeric =
  (compare: (given: number, expected: number) => boolean): Compare =>
  (expected) =>
  (given) =>
    compare(Number(given), Number(expected));

const operators: Readonly<Record<string, { readonly compare: Compare; readonly negated?: true }>> = {
  StringEquals: { compare: equals },
  StringNotEquals: { compare: equals, negated: true },
  StringEqualsIgnoreCase: { compare: equalsIgnoringCase },
  StringNotEqualsIgnoreCase: { compare: equalsIgnoringCase, negated: true },
  StringLike: { compare: like },
  StringNotLike: { compare: like, negated: true },
  ArnEquals: { compare: like },
  ArnLike: { compare: like },
  ArnNotEquals: { compare: like, negated: true },
  ArnNotLike: { compare: like, negated: true },
  Bool: { compare: equalsIgnoringCase },
  NumericEquals: { compare: numeric((given, expected) => given === expected) },
  NumericNotEquals: { compare: numeric((given, expected) => given === expected), negated: true },
  NumericLessThan: { compare: numeric((given, expected) => given < expected) },
  NumericLessThanEquals: { compare: numeric((given, expected) => given <= expected) },
  NumericGreaterThan: { compare: numeric((given, expected) => given > expected) },
  NumericGreaterThanEquals: { compare: numeric((given, expected) => given >= expected) },
};

/** Reads a `Condition` element. Throws a plain Error that names an operator which this stand-in cannot evaluate. */
export function parseConditions(element: unknown, statement: string): Conditions {
  if (typeof element !== "object" || element === null)
    throw new Error(`${statement} has a malformed Condition`);
  return Object.entries(element).flatMap(([operator, keys]) => {
    if (typeof keys !== "object" || keys === null) {
      throw new Error(`${statement} has a malformed condition ${operator}`);
    }
    return Object.entries(keys as Record<string, unknown>).map(([key, expected]) => ({
      key: key.toLowerCase(),
      holds: parseOperator(
        operator,
        (Array.isArray(expected) ? expected : [expected]).map(String),
        statement,
      ),
    }));
  });
}

/** True when every condition holds for the values of the request. */
export function holds(conditions: Conditions, values: ConditionValues): boolean {
  if (conditions.length === 0) return true;
  const byKey = new Map(Object.entries(values).map(([key, value]) => [key.toLowerCase(), value]));
  return conditions.every((condition) => {
    const given = byKey.get(condition.key);
    return condition.holds(
      given === undefined || typeof given !== "string" ? (given as readonly string[]) : [given],
    );
  });
}

/** Semantics: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
function parseOperator(
  text: string,
  expected: readonly string[],
  statement: string,
): (given: readonly string[] | undefined) => boolean {
  if (text === "Null") {
    const absent = expected.includes("true");
    return (given) => (given === undefined || given.length === 0) === absent;
  }
  const [, set, name = "", ifExists] = /^(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?$/.exec(text) ?? [];
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined;
  if (operator === undefined) {
    throw new Error(
      `${statement} uses the condition operator "${text}", which this stand-in cannot evaluate; it knows Null, ${Object.keys(operators).join(", ")}`,
    );
  }
  const matchers = expected.map(operator.compare);
  const one = (value: string): boolean =>
    matchers.some((matches) => matches(value)) !== (operator.negated ?? false);
  return (given) => {
    const values = given ?? [];
    if (set === "ForAllValues") return values.every(one);
    if (values.length === 0)
      return ifExists !== undefined || (set === undefined && operator.negated === true);
    return values.some(one);
  };
}
