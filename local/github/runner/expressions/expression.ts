import { data, Evaluator, Lexer, Parser, wellKnownFunctions } from "@actions/expressions";
import {
  Binary,
  ContextAccess,
  type Expr,
  FunctionCall,
  Grouping,
  IndexAccess,
  Literal,
  Logical,
  Unary,
} from "@actions/expressions/ast";
import { ErrorType, ExpressionError } from "@actions/expressions/errors";
import type { FunctionDefinition } from "@actions/expressions/funcs/info";
import { TokenType } from "@actions/expressions/lexer";
import { type Availability, allContexts } from "./availability.ts";
import { toValue, type Value } from "./data.ts";

/** A parsed expression, and what it refers to. */
export interface Expression {
  readonly source: string;
  readonly tree: Expr;
  /** Functions called, lowercase. */
  readonly functions: ReadonlySet<string>;
  /** Contexts read, lowercase, each with its properties as far as they are written out: `needs.build.result` → [needs, build, result]. */
  readonly references: readonly (readonly [string, ...string[]])[];
}

/** Values of contexts and the functions beside the built-in ones. */
export interface Scope {
  readonly contexts: ReadonlyMap<string, Value>;
  readonly functions: ReadonlyMap<string, FunctionDefinition>;
}

const statusFunctions = ["always", "cancelled", "failure", "success"];

/** Parses what stands between `${{` and `}}`. Throws a plain Error that says what is wrong with it. */
export function parseExpression(source: string, available: Availability): Expression {
  if (source.trim() === "") throw new Error("the expression is empty");
  const tokens = lex(source);
  const functions = available.functions.map((name) =>
    name === "hashFiles" ? { name, minArgs: 1, maxArgs: 255 } : { name, minArgs: 0, maxArgs: 0 },
  );
  try {
    const tree = new Parser(tokens, [...available.contexts], functions).parse();
    const found = walk(tree);
    for (const name of found.functions) {
      if (!Object.hasOwn(wellKnownFunctions, name) && !isAvailable(name, available.functions)) {
        throw new Error(`unknown function "${name}"`);
      }
    }
    return { source: source.trim(), tree, ...found };
  } catch (error) {
    if (error instanceof ExpressionError) throw new Error(explainError(error, source, available));
    throw error;
  }
}

/** Evaluates an expression. Throws a plain Error that quotes the expression where a function refuses its arguments. */
export function evaluate({ tree, source }: Expression, scope: Scope): Value {
  try {
    return new Evaluator(tree, new Contexts(scope.contexts), new Map(scope.functions)).evaluate();
  } catch (error) {
    const reason =
      error instanceof Error ? [error.message, causeOf(error)].filter(Boolean).join(": ") : error;
    throw new Error(`\${{ ${source} }}: ${reason}`, { cause: error });
  }
}

/** Whether the expression itself asks for success(), failure(), cancelled() or always(). */
export function checksStatus(expression: Expression): boolean {
  return statusFunctions.some((name) => expression.functions.has(name));
}

/** The lookup of contexts: one that has no value here is null. */
class Contexts extends data.Dictionary {
  readonly #values: ReadonlyMap<string, Value>;

  constructor(values: ReadonlyMap<string, Value>) {
    super();
    this.#values = values;
  }

  override get(name: string): Value {
    return this.#values.get(name.toLowerCase()) ?? toValue(null);
  }
}

function lex(source: string) {
  // The lexer un-doubles only the first quote of a string literal, so the value is read again from the lexeme.
  return new Lexer(source)
    .lex()
    .tokens.map((token) =>
      token.type === TokenType.STRING
        ? { ...token, value: token.lexeme.slice(1, -1).replaceAll("''", "'") }
        : token,
    );
}

function walk(tree: Expr): Pick<Expression, "functions" | "references"> {
  const functions = new Set<string>();
  const references: [string, ...string[]][] = [];
  const visit = (node: Expr): void => {
    if (node instanceof IndexAccess) {
      const { base, indexes } = accessOf(node);
      indexes.forEach(visit);
      if (!(base instanceof ContextAccess)) visit(base);
      else references.push([base.name.lexeme.toLowerCase(), ...writtenOut(indexes)]);
    } else if (node instanceof ContextAccess) references.push([node.name.lexeme.toLowerCase()]);
    else if (node instanceof FunctionCall) {
      functions.add(node.functionName.lexeme.toLowerCase());
      node.args.forEach(visit);
    } else if (node instanceof Logical) node.args.forEach(visit);
    else if (node instanceof Binary) [node.left, node.right].forEach(visit);
    else if (node instanceof Unary) visit(node.expr);
    else if (node instanceof Grouping) visit(node.group);
  };
  visit(tree);
  return { functions, references };
}

/** What `a.b[c]` starts from, and its indexes in order. */
function accessOf(node: Expr): { readonly base: Expr; readonly indexes: readonly Expr[] } {
  if (!(node instanceof IndexAccess)) return { base: node, indexes: [] };
  const { base, indexes } = accessOf(node.expr);
  return { base, indexes: [...indexes, node.index] };
}

/** The indexes up to the first that is not a plain name. */
function writtenOut(indexes: readonly Expr[]): readonly string[] {
  const end = indexes.findIndex((index) => !(index instanceof Literal));
  return indexes
    .slice(0, end < 0 ? indexes.length : end)
    .flatMap((index) => (index instanceof Literal ? [index.literal.coerceString()] : []));
}

function explainError(error: ExpressionError, source: string, available: Availability): string {
  const { lexeme: name } = tokenOf(error);
  const type = (error as unknown as { typ: ErrorType }).typ;
  if (type === ErrorType.ErrorUnrecognizedContext) {
    const known = isAvailable(name, allContexts) ? `context "${name}" is not available here` : undefined;
    return `${known ?? `unknown context "${name}"`}; available here: ${available.contexts.join(", ") || "none"}`;
  }
  if (type === ErrorType.ErrorUnrecognizedFunction) {
    const special = isAvailable(name, [...statusFunctions, "hashFiles"]);
    return special ? `function ${name}() is not available here` : `unknown function "${name}"`;
  }
  return `${error.message.charAt(0).toLowerCase()}${error.message.slice(1)} in "${source.trim()}"`;
}

function tokenOf(error: ExpressionError): { lexeme: string } {
  return (error as unknown as { tok: { lexeme: string } }).tok;
}

function isAvailable(name: string, names: readonly string[]): boolean {
  return names.some((known) => known.toLowerCase() === name.toLowerCase());
}

function causeOf(error: Error): string | undefined {
  return error.cause instanceof Error ? error.cause.message : undefined;
}
