import type { Place } from "../workflow/problems.ts";
import type { YamlValue } from "../workflow/yaml-value.ts";
import { availability, type ExpressionPlace } from "./availability.ts";
import { isTruthy } from "./data.ts";
import { checksStatus, evaluate, parseExpression, type Scope } from "./expression.ts";
import { evaluateTemplate, expressionsOf, parseTemplate, type Template } from "./template.ts";

/** An `if`: holds only after success unless it asks for the status itself. */
export interface Condition {
  readonly template: Template;
  readonly asksForStatus: boolean;
}

/** The condition of whatever has no `if`. */
export function whenSuccessful(place: Place): Condition {
  return { template: { place, source: true, parts: [] }, asksForStatus: false };
}

/** The condition of what runs in any case. */
export function always(place: Place): Condition {
  return { template: { place, source: true, parts: [] }, asksForStatus: true };
}

/** Parses an `if`, in which `${{ }}` may be left out. */
export function parseCondition(value: YamlValue, where: ExpressionPlace): Condition {
  const place: Place = { path: value.path, line: value.line, key: value.key };
  const { scalar } = value;
  if (value.kind !== "scalar" || scalar === null || scalar === "") {
    if (value.kind !== "scalar") value.problem(`must be an expression, not ${value.describe()}`);
    return whenSuccessful(place);
  }
  if (typeof scalar !== "string" || scalar.includes("${{")) {
    const template = parseTemplate(value, where);
    return { template, asksForStatus: expressionsOf(template).some(checksStatus) };
  }
  try {
    const expression = parseExpression(scalar, availability[where]);
    return {
      template: { place, source: scalar, parts: [expression] },
      asksForStatus: checksStatus(expression),
    };
  } catch (error) {
    value.problem(error instanceof Error ? error.message : String(error));
    return whenSuccessful(place);
  }
}

/** Whether the step or job is to run. Throws a plain Error where the expression cannot be evaluated. */
export function evaluateCondition(condition: Condition, scope: Scope): boolean {
  if (!condition.asksForStatus && !isTruthy(evaluate(success, scope))) return false;
  return isTruthy(evaluateTemplate(condition.template, scope));
}

/** Asks again, after a cancel, whether something that runs may go on. What cannot be evaluated any more may not. */
export function stillHolds(condition: Condition, scope: Scope): boolean {
  try {
    return evaluateCondition(condition, scope);
  } catch {
    return false;
  }
}

const success = parseExpression("success()", availability["step-if"]);
