import { toValue, type Value } from "../expressions/data.ts";
import { evaluateBoolean, evaluateNumber, evaluateText, expressionsOf } from "../expressions/template.ts";
import type { TemplateTree } from "../expressions/template-tree.ts";
import type { Job } from "../workflow/model.ts";
import { type Combination, combinationSuffix, expandMatrix } from "./matrix.ts";

type Contexts = ReadonlyMap<string, Value>;

/** A job of the file, or one combination of its matrix. */
export interface JobVariant {
  readonly id: string;
  readonly name: string;
  /** The contexts given, and strategy and matrix. */
  readonly contexts: Contexts;
}

interface JobVariants {
  readonly variants: readonly JobVariant[];
  readonly failFast: boolean;
  readonly maxParallel: number;
}

/** What a job of the file becomes, given what is known before it starts, and what stands before ids and names of its workflow's jobs. */
export function expandJob(
  job: Job,
  contexts: Contexts,
  prefix: { readonly id: string; readonly name: string },
): JobVariants {
  const scope = { contexts, functions: new Map() };
  const { strategy } = job;
  const failFast = strategy?.failFast ? evaluateBoolean(strategy.failFast, scope) : true;
  const maxParallel = strategy?.maxParallel ? evaluateNumber(strategy.maxParallel, scope, 1) : undefined;
  const combinations = strategy === undefined ? [undefined] : expandMatrix(strategy.matrix, scope);
  return {
    failFast,
    maxParallel: maxParallel ?? combinations.length,
    variants: combinations.map((combination, index) => {
      const own = new Map(contexts);
      own.set("matrix", toValue(combination ?? null));
      own.set(
        "strategy",
        toValue({
          "fail-fast": failFast,
          "job-index": index,
          "job-total": combinations.length,
          "max-parallel": maxParallel ?? combinations.length,
        }),
      );
      const suffix = combination === undefined ? "" : combinationSuffix(combination);
      return {
        id: `${prefix.id}${job.id}${suffix}`,
        name: `${prefix.name}${nameOf(job, own, combination)}`,
        contexts: own,
      };
    }),
  };
}

/** Whether the matrix can be known before the jobs that it needs are over. */
export function isStatic({ strategy }: Job): boolean {
  return strategy === undefined || !readsNeeds(strategy.matrix);
}

/** The name given, with the combination behind it unless an expression makes the name. */
function nameOf(job: Job, contexts: Contexts, combination: Combination | undefined): string {
  const suffix = combination === undefined ? "" : combinationSuffix(combination);
  if (job.name === undefined) return `${job.id}${suffix}`;
  const name = evaluateText(job.name, { contexts, functions: new Map() });
  return job.name.parts.length > 0 ? name : `${name}${suffix}`;
}

function readsNeeds(tree: TemplateTree): boolean {
  if ("branches" in tree) return tree.branches.some(([, item]) => readsNeeds(item));
  if (!("parts" in tree)) return tree.some(readsNeeds);
  return expressionsOf(tree).some(({ references }) => references.some(([context]) => context === "needs"));
}
