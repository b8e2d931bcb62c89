import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { JobIdentity } from "../runner-services.ts";
import { defaultVariables, githubContext, jobDirectories, runnerContext } from "./contexts.ts";
import { toValue } from "./expressions/data.ts";
import type { JobPlan, JobState } from "./job-state.ts";
import { trackingVariable } from "./orphans.ts";
import type { RunContext } from "./run-context.ts";
import { Masker } from "./steps/masker.ts";
import type { Stop } from "./steps/step-process.ts";

/** The state of a job that is about to start: its identity, secrets and folders. Nothing is on disk yet. */
export function openJob(
  plan: JobPlan,
  run: RunContext,
  identity: JobIdentity,
  token: string,
  stop: Stop,
): JobState {
  const { services, request } = run;
  const { id, attempt } = request.head;
  const root = join(services.machine.workDirectory, "jobs", `${id}-${attempt}-${plan.number}`);
  const directories = jobDirectories(root, services.repository.name);
  const variables = request.fromFork ? {} : services.configuration.variables(plan.environment);
  const secrets = plan.frame.secretsOf(plan.environment, token);
  const debug = (secrets.ACTIONS_STEP_DEBUG ?? variables.ACTIONS_STEP_DEBUG) === "true";
  const masker = new Masker();
  for (const secret of Object.values(secrets)) masker.add(secret);
  const github = githubContext(request, services, run.workflow, { id: plan.job.id, token, directories });
  const runner = runnerContext(directories, services.machine.workDirectory, debug);
  const trackingId = `github_${randomUUID()}`;
  return {
    plan,
    run,
    directories,
    masker,
    permissions: identity.permissions,
    debug,
    stop,
    fixedVariables: {
      ...defaultVariables(github, runner),
      ...idTokenVariables(run, identity, masker),
      [trackingVariable]: trackingId,
    },
    contexts: new Map([
      ...plan.contexts,
      ["github", toValue(github)] as const,
      ["vars", toValue(variables)] as const,
      ["secrets", toValue(secrets)] as const,
      ["runner", toValue(runner)] as const,
    ]),
    progress: {
      status: "success",
      env: {},
      paths: [],
      steps: new Map(),
      saved: new Map(),
      leftovers: new Set(),
    },
  };
}

/** Only jobs with `id-token: write` learn where OIDC tokens are to be had. */
function idTokenVariables(
  run: RunContext,
  identity: JobIdentity,
  masker: Masker,
): Readonly<Record<string, string>> {
  if (identity.permissions["id-token"] !== "write") return {};
  const { url, token } = run.services.credentials.idTokenRequest(identity);
  masker.add(token);
  return { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token };
}
