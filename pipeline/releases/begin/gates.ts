import { defaultBranch } from "../../github/default-branch.ts";
import { askGitHub, httpStatus, type Octokit } from "../../github/octokit.ts";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError, explain } from "../../kit/errors.ts";
import type { EnvironmentInputs } from "../environment/inputs.ts";

interface GateInputs extends Pick<EnvironmentInputs, "environment" | "allow-other-refs"> {
  /** The GitHub environment whose reviewers have to agree before; "" for none. */
  readonly "promotion-environment": string;
  readonly "require-protection": boolean;
}

/**
 * Warns of gates that people may believe in and that are not there: an environment that other branches may deploy to, and a
 * promotion that nobody has to agree to. With `require-protection` that is `GatesMissing`, and so is what GitHub does not show.
 */
export async function checkGates(
  given: GateInputs,
  octokit: Octokit | undefined,
  context: Pick<ActionContext, "run" | "clock" | "signal" | "runner">,
): Promise<void> {
  if (!octokit && !given["require-protection"]) return;
  const problems = octokit
    ? await gateProblems(given, octokit, context)
    : [`which gates "${given.environment}" has could not be seen: input "github-token" is not given`];
  if (problems.length === 0) return;
  const hint =
    "set the rules under Settings, Environments: deployment branches for the one, required reviewers for the other (docs/releases.md)";
  if (given["require-protection"]) throw new ActionError("GatesMissing", problems.join("; "), { hint });
  for (const problem of problems) context.runner.warning(`${problem}. To fix it: ${hint}`, "GatesMissing");
}

async function gateProblems(
  given: GateInputs,
  octokit: Octokit,
  context: Pick<ActionContext, "run" | "clock" | "signal">,
): Promise<readonly string[]> {
  const { environment, "promotion-environment": promotion } = given;
  try {
    const [branches, reviewers] = await Promise.all([
      given["allow-other-refs"] ? undefined : branchProblem(environment, octokit, context),
      promotion === "" ? undefined : reviewerProblem(promotion, octokit, context),
    ]);
    return [branches, reviewers].filter((problem) => problem !== undefined);
  } catch (error) {
    context.signal.throwIfAborted();
    return [`which gates "${environment}" has could not be seen: ${explain(error)}`];
  }
}

/** Says where another branch than the default one may deploy to the environment. */
async function branchProblem(
  name: string,
  octokit: Octokit,
  context: Pick<ActionContext, "run" | "clock" | "signal">,
): Promise<string | undefined> {
  const found = await environmentOf(name, octokit, context);
  const policy = found?.deployment_branch_policy;
  if (!policy) return `any branch may deploy to the environment "${name}"`;
  if (policy.protected_branches) return undefined;
  const { owner, repository: repo } = context.run;
  const [{ data }, branch] = await Promise.all([
    askGitHub("list the branches of an environment", "actions: read", context, () =>
      octokit.rest.repos.listDeploymentBranchPolicies({ owner, repo, environment_name: name, per_page: 100 }),
    ),
    defaultBranch(octokit, context),
  ]);
  const others = data.branch_policies.filter((one) => one.name !== branch || one.type === "tag");
  if (others.length === 0) return undefined;
  const named = others.map((one) => `${one.type ?? "branch"} "${one.name}"`).join(", ");
  return `${named} may deploy to the environment "${name}" beside the branch "${branch}"`;
}

async function reviewerProblem(
  name: string,
  octokit: Octokit,
  context: Pick<ActionContext, "run" | "clock" | "signal">,
): Promise<string | undefined> {
  const found = await environmentOf(name, octokit, context);
  const reviewers = (found?.protection_rules ?? []).flatMap((rule) =>
    "reviewers" in rule ? (rule.reviewers ?? []) : [],
  );
  return reviewers.length > 0 ? undefined : `nobody has to agree in the environment "${name}"`;
}

/** undefined where GitHub has none of that name: it makes one without rules as soon as a job names it. */
async function environmentOf(
  name: string,
  octokit: Octokit,
  context: Pick<ActionContext, "run" | "clock" | "signal">,
) {
  const { owner, repository: repo } = context.run;
  try {
    const { data } = await askGitHub("describe an environment", "actions: read", context, () =>
      octokit.rest.repos.getEnvironment({ owner, repo, environment_name: name }),
    );
    return data;
  } catch (error) {
    if (httpStatus(error) === 404) return undefined;
    throw error;
  }
}
