import { mkdirSync } from "node:fs";
import { sweepWorkDirectory } from "../runner/work-directory.ts";
import { ArtifactStore } from "./actions/artifacts.ts";
import { Concurrency } from "./actions/concurrency.ts";
import { Dispatches } from "./actions/dispatches.ts";
import { JobDeployments } from "./actions/job-deployments.ts";
import { OidcIssuer } from "./actions/oidc.ts";
import { PullRequestEvents } from "./actions/pull-request-events.ts";
import { Pushes } from "./actions/pushes.ts";
import { Reviews } from "./actions/reviews.ts";
import { RunEngine } from "./actions/run-engine.ts";
import { SettingsStore } from "./actions/settings.ts";
import { Tokens } from "./actions/tokens.ts";
import type { Git } from "./git/git.ts";
import { History } from "./git/history.ts";
import type { Hub } from "./hub.ts";
import type { Identity } from "./identity.ts";
import { describePull } from "./rest/pulls.ts";
import type { GitHubOptions } from "./server.ts";
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
  const history = new History(git);
  const times = new JsonFile(inside("repository.json"), {
    created: now().toISOString(),
    pushed: now().toISOString(),
  });
  times.set(times.value);
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
  const engine = new RunEngine(
    {
      identity,
      workDirectory,
      environment: options.environment,
      repositories: options.repositories ?? {},
      processes: options.processes,
      settings,
      tokens,
      oidc,
      concurrency: new Concurrency(),
      reviews,
      artifacts,
      runs,
    },
    { counters, now, onEvent: (record, event) => jobDeployments.onEvent(record, event) },
  );
  const pulls = new PullRequests(inside("pulls.json"), counters);
  const comments = new Comments(inside("comments.json"), counters);
  const shared = { identity, git, history, engine, settings, times: () => times.value };
  const pullRequests = new PullRequestEvents({
    ...shared,
    pulls,
    variables: () => settings.variables(undefined),
    describe: (pull) => describePull({ ...shared, comments }, pull),
    now,
  });
  const pushed = (): void => times.set({ ...times.value, pushed: now().toISOString() });
  return {
    ...shared,
    runs,
    reviews,
    pushes: new Pushes({ ...shared, pullRequests, pushed }),
    dispatches: new Dispatches(shared),
    artifacts,
    tokens,
    oidc,
    pulls,
    comments,
    deployments,
    statuses: new CommitStatuses(inside("statuses.json"), counters),
    now,
  };
}
