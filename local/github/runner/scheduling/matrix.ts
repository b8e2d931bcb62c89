import { isDeepStrictEqual } from "node:util";
import { toPlain } from "../expressions/data.ts";
import type { Scope } from "../expressions/expression.ts";
import { evaluateTemplate } from "../expressions/template.ts";
import type { TemplateTree } from "../expressions/template-tree.ts";

/** One combination: the `matrix` context of one job. */
export type Combination = Readonly<Record<string, unknown>>;

/** GitHub's limit: https://docs.github.com/actions/reference/limits */
const mostCombinations = 256;

/**
 * The combinations of a matrix, in order: the product of its lists, without what `exclude` matches, with what `include`
 * adds. https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations
 */
export function expandMatrix(matrix: TemplateTree, scope: Scope): readonly Combination[] {
  const plain = evaluateTree(matrix, scope);
  if (!isMapping(plain)) throw new Error("strategy.matrix must be a mapping");
  const { include = [], exclude = [], ...lists } = plain;
  const additions = mappings("include", include);
  const exclusions = mappings("exclude", exclude);
  const product = Object.entries(lists).reduce<Combination[]>(
    (combinations, [name, values]) => {
      if (!Array.isArray(values)) throw new Error(`strategy.matrix.${name} must be a list`);
      return combinations.flatMap((combination) =>
        values.map((value) => ({ ...combination, [name]: value })),
      );
    },
    Object.keys(lists).length === 0 ? [] : [{}],
  );
  const kept = product.filter(
    (combination) => !exclusions.some((exclusion) => agrees(combination, exclusion)),
  );
  const result: Combination[] = [...kept];
  for (const addition of additions) {
    const original = Object.fromEntries(Object.entries(addition).filter(([name]) => name in lists));
    const extended = kept.map((combination) => agrees(combination, original));
    if (!extended.includes(true)) result.push(addition);
    else {
      for (const [index, matches] of extended.entries()) {
        if (matches) result[index] = { ...result[index], ...addition };
      }
    }
  }
  if (result.length === 0) throw new Error("strategy.matrix has no combination");
  if (result.length > mostCombinations) {
    throw new Error(`strategy.matrix has ${result.length} combinations; GitHub allows ${mostCombinations}`);
  }
  return result;
}

/** `(20, linux)`: what GitHub puts behind the job's name. */
export function combinationSuffix(combination: Combination): string {
  const scalars = Object.values(combination).flatMap(function flat(value): string[] {
    return typeof value === "object" && value !== null
      ? Object.values(value).flatMap(flat)
      : [String(value ?? "")];
  });
  return scalars.length === 0 ? "" : ` (${scalars.join(", ")})`;
}

function evaluateTree(tree: TemplateTree, scope: Scope): unknown {
  if ("parts" in tree) return toPlain(evaluateTemplate(tree, scope));
  if ("branches" in tree) {
    return Object.fromEntries(
      tree.branches.map(([name, item]) => [name, evaluateTree(item, scope)] as const),
    );
  }
  return tree.map((item) => evaluateTree(item, scope));
}

function agrees(combination: Combination, partial: Combination): boolean {
  return Object.entries(partial).every(([name, value]) => isDeepStrictEqual(combination[name], value));
}

function mappings(name: string, value: unknown): readonly Combination[] {
  if (!Array.isArray(value) || !value.every(isMapping)) {
    throw new Error(`strategy.matrix.${name} must be a list of mappings`);
  }
  return value;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
