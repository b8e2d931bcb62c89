import { mkdirSync } from "node:fs";
import { sweepWorkDirectory } from "../runner/work-directory.ts";
import { ArtifactStore } from "./actions/artifacts.ts";
import { Concurrency } from "./actions/concurrency.ts";
import { JobDeployments } from "./actions/job-deployments.ts";
import { OidcIssuer } from "./actions/oidc.ts";
import { otherRepositories } from "./actions/other-repositories.ts";
import { Reviews } from "./actions/reviews.ts";
import { RunEngine } from "./actions/run-engine.ts";
import { SettingsStore } from "./actions/settings.ts";
import { Tokens } from "./actions/tokens.ts";
import { dispatchWorkflow } from "./events/dispatches.ts";
import { PullRequestEvents } from "./events/pull-request-events.ts";
import { startPullRequestRuns } from "./events/pull-request-runs.ts";
import type { RefUpdate } from "./events/push-result.ts";
import { startPushRuns } from "./events/push-runs.ts";
import { inTurn, receivePush } from "./events/pushes.ts";
import type { Git } from "./git/git.ts";
import { History } from "./git/history.ts";
import type { Hub } from "./hub.ts";
import type { Identity } from "./identity.ts";
import type { GitHubOptions } from "./options.ts";
import { describePull } from "./rest/pulls.ts";
import { Comments } from "./state/comments.ts";
import { CommitStatuses } from "./state/commit-statuses.ts";
import { Counters } from "./state/counters.ts";
import { Deployments } from "./state/deployments.ts";
import { JsonFile } from "./state/json-file.ts";
import { PullRequests } from "./state/pull-requests.ts";
import { RunStore } from "./state/runs.ts";

/** Everything that requests are answered from, as it was when the server last stopped. Throws `DamagedState`. */
export async function openHub(parts: {
  readonly options: Pick<GitHubOptions, "environment" | "processes" | "repositories">;
  readonly identity: Identity;
  readonly git: Git;
  /** Path of a file in the server's folder. */
  readonly inside: (name: string) => string;
  readonly now: () => Date;
}): Promise<Hub> {
  const { options, identity, git, inside, now } = parts;
  const counters = new Counters(inside("counters.json"));
  const times = new JsonFile(inside("repository.json"), {
    created: now().toISOString(),
    pushed: now().toISOString(),
  });
  times.set(times.value);
  const repository = { identity, git, history: new History(git), times: () => times.value };
  const settings = new SettingsStore(inside("settings.json"));
  const runs = new RunStore(inside("runs"));
  const tokens = new Tokens(inside("token.json"));
  const oidc = await OidcIssuer.open(inside("oidc-key.json"), identity, now);
  const artifacts = new ArtifactStore(inside("artifacts"), counters, now);
  const workDirectory = inside("work");
  mkdirSync(workDirectory, { recursive: true });
  await sweepWorkDirectory(workDirectory);
  const deployments = new Deployments(inside("deployments.json"), counters);
  const jobDeployments = new JobDeployments(identity, deployments);
  const reviews = new Reviews((environment) => settings.reviewers(environment), now);
  const engine = new RunEngine({
    facilities: {
      identity,
      machine: { workDirectory, environment: options.environment, processes: options.processes },
      repositories: await otherRepositories(options),
      settings,
      tokens,
      oidc,
      concurrency: new Concurrency(),
      reviews,
      artifacts,
      runs,
    },
    counters,
    now,
    onEvent: (record, event) => jobDeployments.onEvent(record, event),
  });
  const pulls = new PullRequests(inside("pulls.json"), counters);
  const comments = new Comments(inside("comments.json"), counters);
  const starting = {
    repository,
    engine,
    variables: () => settings.variables(undefined),
    isDisabled: (path: string) => settings.isDisabled(path),
  };
  const pullRequests = new PullRequestEvents({
    repository,
    pulls,
    startRuns: (change) =>
      startPullRequestRuns(
        { ...starting, describe: (pull) => describePull({ repository, comments }, pull) },
        change,
      ),
    now,
  });
  const effects = {
    pullRequests,
    startRuns: (update: RefUpdate, name: string) => startPushRuns(starting, update, name),
  };
  return {
    repository,
    actions: {
      runs,
      engine,
      reviews,
      artifacts,
      receive: inTurn((updates: readonly RefUpdate[]) => {
        times.set({ ...times.value, pushed: now().toISOString() });
        return receivePush(identity, effects, updates);
      }),
      dispatch: (request) => dispatchWorkflow(starting, request),
    },
    settings,
    tokens,
    oidc,
    pulls,
    comments,
    deployments,
    statuses: new CommitStatuses(inside("statuses.json"), counters),
    now,
  };
}
