import { repositoryUrl } from "../../github/links.ts";
import { askGitHub, httpStatus, type Octokit } from "../../github/octokit.ts";
import type { ActionContext } from "../../kit/action.ts";
import { age } from "../../kit/age.ts";
import { ActionError } from "../../kit/errors.ts";
import { cell, code, link } from "../../kit/markdown.ts";
import type { EnvironmentLock } from "../environment/lock.ts";
import { endAbandoned } from "../finish/end-abandoned.ts";
import type { EndAttempt } from "../finish/end-attempt.ts";
import type { Environment } from "../store/environment.ts";
import { liftFreeze, readFreeze } from "../store/freeze.ts";
import type { DeploymentView } from "../views/deployments.ts";
import { sections } from "../views/sections.ts";

interface ResumeOptions {
  readonly lock: EnvironmentLock;
  readonly endAttempt: EndAttempt;
  readonly deployments: DeploymentView;
  readonly octokit: Octokit | undefined;
}

/**
 * Lets pushes through again, after it ended what a dead run left open, and starts the deploy of what the default branch is by now. Run again after it lifted the
 * freeze and could not start the deploy, it starts the deploy.
 */
export async function resume(
  place: Environment,
  { isDryRun, workflow }: { readonly isDryRun: boolean; readonly workflow: string },
  { lock, endAttempt, deployments, octokit }: ResumeOptions,
  context: ActionContext,
): Promise<void> {
  const { runner } = context;
  const { name: environment, store } = place;
  const held = await readFreeze(store, environment);
  if (!held && context.run.runAttempt > 1 && !isDryRun) {
    runner.info(`${environment} is not frozen: an earlier attempt of this run lifted it, or somebody else`);
    await startDeploy(workflow, octokit, context);
    await runner.summary(
      sections(
        `### ${cell(environment)} takes pushes; the deploy of what is on the default branch has been started`,
      ),
    );
    return;
  }
  if (!held) {
    const line = `${environment} is not frozen: nothing to do`;
    runner.info(line);
    await runner.summary(sections(`### ${cell(line)}`));
    return;
  }
  const { by, since, reason } = held.freeze;
  if (isDryRun) {
    runner.info(`dry run: would lift the freeze of ${by} since ${since} (${reason}) and start ${workflow}`);
    return;
  }
  await endAbandoned(place, { lock, endAttempt, deployments }, runner);
  if (!(await liftFreeze(store, environment, held))) {
    throw new ActionError(
      "AttemptTaken",
      `the freeze of "${environment}" was changed while it was being lifted`,
      {
        hint: "see who froze it and why, then resume again",
      },
    );
  }
  runner.info(`${environment} is no longer frozen (it was since ${since}, by ${by}: ${reason})`);
  await startDeploy(workflow, octokit, context);
  await runner.summary(
    sections(
      `### ${cell(environment)} takes pushes again; the deploy of what is on the default branch has been started`,
      `It was frozen for ${age(since, context.clock.now())} by ${cell(by)}: ${cell(reason)}. Follow the deploy: ${link(code(workflow), `${repositoryUrl(context.run)}/actions/workflows/${encodeURIComponent(workflow)}`)}`,
    ),
  );
}

async function startDeploy(
  workflow: string,
  octokit: Octokit | undefined,
  context: ActionContext,
): Promise<void> {
  const { run, runner } = context;
  const branch = (run.event.repository as { default_branch?: string } | undefined)?.default_branch ?? "main";
  if (!octokit) {
    throw new ActionError("InvalidInputs", 'input "github-token" is required to start the deploy', {
      hint: `the freeze is lifted; run this job again, push to ${branch}, or start ${workflow} by hand`,
    });
  }
  const { owner, repository: repo } = run;
  try {
    await askGitHub("start the deploy", "actions: write", context, () =>
      octokit.rest.actions.createWorkflowDispatch({ owner, repo, workflow_id: workflow, ref: branch }),
    );
  } catch (error) {
    if (httpStatus(error) !== 404) throw error;
    throw new ActionError(
      "GitHubRefused",
      `GitHub knows no workflow "${workflow}" that can be started by hand`,
      {
        hint: `the freeze is lifted; push to ${branch}, or set the input deploy-workflow to the file's name`,
        cause: error,
      },
    );
  }
  runner.info(`started ${workflow} on ${branch}`);
}
