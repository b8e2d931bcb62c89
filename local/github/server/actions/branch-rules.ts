import type { EnvironmentValues } from "./settings.ts";

/**
 * Throws, as GitHub fails the job, where the environment's rules do not let the ref deploy to it. Patterns are of branches and
 * of tags apart, `*` ends at a slash; a pull request runs on `refs/pull/N/merge`, which only a pattern of that text lets in.
 * https://docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments#deployment-branches-and-tags
 */
export function refuseRef(
  { branches, tags }: Pick<EnvironmentValues, "branches" | "tags">,
  environment: string,
  ref: string,
): void {
  if (branches === undefined && tags === undefined) return;
  const [, kind = "", name = ref] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? [];
  const patterns = kind === "tags" ? tags : branches;
  if (patterns?.some((pattern) => matches(pattern, name))) return;
  const what = kind === "tags" ? "Tag" : "Branch";
  throw new Error(
    `${what} "${name}" is not allowed to deploy to ${environment} due to environment protection rules.`,
  );
}

function matches(pattern: string, name: string): boolean {
  const source = pattern.replace(/[.+^${}()|\\]/g, "\\$&").replace(/\*\*?|\?/g, (wild) => {
    if (wild === "**") return ".*";
    return wild === "*" ? "[^/]*" : "[^/]";
  });
  return new RegExp(`^${source}$`).test(name);
}
