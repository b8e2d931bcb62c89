import type { Place } from "../workflow/problems.ts";
import type { ScalarValue, YamlValue } from "../workflow/yaml-value.ts";
import { availability, type ExpressionPlace } from "./availability.ts";
import { toValue, type Value } from "./data.ts";
import { type Expression, evaluate, parseExpression, type Scope } from "./expression.ts";

/** A scalar of a workflow file, which may hold `${{ }}`: parsed once, evaluated whenever its contexts are known. */
export interface Template {
  readonly place: Place;
  /** As the file has it. */
  readonly source: ScalarValue;
  /** Texts and expressions in order; [] when `source` holds no expression. */
  readonly parts: readonly (string | Expression)[];
}

/** Parses a scalar; problems are reported with the line of the expression. */
export function parseTemplate(value: YamlValue, where: ExpressionPlace): Template {
  const place: Place = { path: value.path, line: value.line, key: value.key };
  if (value.kind !== "scalar") {
    value.problem(`must be a text, not ${value.describe()}`);
    return { place, source: "", parts: [] };
  }
  const source = value.scalar;
  if (typeof source !== "string" || !source.includes("${{")) return { place, source, parts: [] };
  return { place, source, parts: splitTemplate(source, value, where) };
}

/** The template's value: what its one expression gives, or text where there is more than that. */
export function evaluateTemplate(template: Template, scope: Scope): Value {
  const { parts, source } = template;
  if (parts.length === 0) return toValue(source);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && typeof only !== "string")
    return evaluateAt(template, only, scope);
  const text = parts.map((part) =>
    typeof part === "string" ? part : evaluateAt(template, part, scope).coerceString(),
  );
  return toValue(text.join(""));
}

/** The template's value as text. Throws where it is a mapping or a list. */
export function evaluateText(template: Template, scope: Scope): string {
  const value = evaluateTemplate(template, scope);
  if (!value.primitive) throw at(template, `must be a text, but "${template.source}" is a mapping or a list`);
  return value.coerceString();
}

/** The template's value as a number of at least `minimum`. */
export function evaluateNumber(template: Template, scope: Scope, minimum: number): number {
  const text = evaluateText(template, scope);
  const number = text.trim() === "" ? Number.NaN : Number(text);
  if (!(number >= minimum)) throw at(template, `must be a number from ${minimum} up, not "${text}"`);
  return number;
}

export function evaluateBoolean(template: Template, scope: Scope): boolean {
  const text = evaluateText(template, scope);
  if (text !== "true" && text !== "false") throw at(template, `must be true or false, not "${text}"`);
  return text === "true";
}

export function expressionsOf(template: Template): readonly Expression[] {
  return template.parts.filter((part) => typeof part !== "string");
}

function evaluateAt(template: Template, expression: Expression, scope: Scope): Value {
  try {
    return evaluate(expression, scope);
  } catch (error) {
    throw at(template, error instanceof Error ? error.message : String(error));
  }
}

function at({ place }: Template, message: string): Error {
  return new Error(`${place.path}:${place.line}: ${place.key}: ${message}`);
}

function splitTemplate(source: string, value: YamlValue, where: ExpressionPlace): (string | Expression)[] {
  const parts: (string | Expression)[] = [];
  let position = 0;
  for (;;) {
    const start = source.indexOf("${{", position);
    if (start < 0) break;
    const line = value.line + value.textOffset + linesIn(source.slice(0, start));
    const end = endOfExpression(source, start + 3);
    if (end < 0) {
      value.problem("an expression is opened and never closed by }}", line);
      return [];
    }
    if (start > position) parts.push(source.slice(position, start));
    try {
      parts.push(parseExpression(source.slice(start + 3, end), availability[where]));
    } catch (error) {
      value.problem(error instanceof Error ? error.message : String(error), line);
    }
    position = end + 2;
  }
  if (position < source.length) parts.push(source.slice(position));
  return parts;
}

/** Where `}}` stands, outside of the expression's own string literals; -1 when nowhere. */
function endOfExpression(source: string, from: number): number {
  let quoted = false;
  for (let index = from; index < source.length; index++) {
    if (source[index] === "'") quoted = !quoted;
    else if (!quoted && source.startsWith("}}", index)) return index;
  }
  return -1;
}

function linesIn(text: string): number {
  return text.split("\n").length - 1;
}
