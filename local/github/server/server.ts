import { chmodSync, mkdirSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { writeFileAtomically } from "../../files.ts";
import type { Processes } from "../../processes.ts";
import type { RunEvent } from "../run-events.ts";
import { ArtifactStore } from "./actions/artifacts.ts";
import { Concurrency } from "./actions/concurrency.ts";
import { Dispatches } from "./actions/dispatches.ts";
import { DownloadLinks } from "./actions/download-links.ts";
import { JobDeployments } from "./actions/job-deployments.ts";
import { OidcIssuer, subjectPrefix } from "./actions/oidc.ts";
import { PullRequestEvents } from "./actions/pull-request-events.ts";
import { Pushes, type PushResult, type RefUpdate } from "./actions/pushes.ts";
import { RunEngine } from "./actions/run-engine.ts";
import { type Settings, SettingsStore } from "./actions/settings.ts";
import { Tokens } from "./actions/tokens.ts";
import { Front } from "./front.ts";
import { Git } from "./git/git.ts";
import { History } from "./git/history.ts";
import { prepareRepository } from "./git/repository.ts";
import { Faults } from "./http/faults.ts";
import { close, listen } from "./http/http-server.ts";
import { RequestLog } from "./http/request-log.ts";
import type { Hub } from "./hub.ts";
import { fullName, type Identity } from "./identity.ts";
import { describePull } from "./rest/pulls.ts";
import { rerun } from "./rest/runs.ts";
import { type RunSummary, summarize } from "./run-summary.ts";
import { Comments } from "./state/comments.ts";
import { CommitStatuses } from "./state/commit-statuses.ts";
import { Counters } from "./state/counters.ts";
import { Deployments } from "./state/deployments.ts";
import { JsonFile } from "./state/json-file.ts";
import { PullRequests } from "./state/pull-requests.ts";
import { RunStore } from "./state/runs.ts";

export type { RunSummary } from "./run-summary.ts";

export interface GitHubOptions {
  /** Where everything is kept, e.g. `.local/github`. */
  readonly directory: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly owner: string;
  readonly repository: string;
  /** Login of the person who pushes. */
  readonly actor: string;
  /** The base environment of every step: an allow-list with HOME and PATH, and the AWS endpoint. */
  readonly environment: Readonly<Record<string, string>>;
  readonly processes: Processes;
  /** Replaces the settings kept from before. */
  readonly settings?: Settings;
  readonly now?: () => Date;
}

/** GitHub, as far as one repository with workflows needs it. */
export interface GitHub {
  readonly url: string;
  /** Base of the REST API, as Octokit's `baseUrl` wants it. */
  readonly apiUrl: string;
  /** A personal token for outside clients. */
  readonly token: string;
  /** The bare repository: what the git remote points at. */
  readonly gitDirectory: string;
  readonly oidcIssuer: string;
  /** What OIDC subjects start with: `repo:OWNER@OWNERID/REPO@REPOID`. */
  readonly subjectPrefix: string;
  /** owner/name */
  readonly repository: string;
  setSettings(settings: Settings): void;
  /** Acts on ref updates, as the post-receive hook does for a push. */
  receive(updates: readonly RefUpdate[]): Promise<PushResult>;
  /** Starts a workflow by its file name. Throws `DispatchRefused`. */
  dispatch(workflow: string, ref: string, inputs: Readonly<Record<string, unknown>>): Promise<RunSummary>;
  /** Newest first. */
  runs(): readonly RunSummary[];
  run(id: number): RunSummary | undefined;
  /** The newest run of a workflow file (`deploy.yml`) for a commit. */
  latestRun(workflow: string, sha: string): RunSummary | undefined;
  /** The events of a run, those so far and those to come, until it ends or is interrupted. */
  follow(id: number, signal?: AbortSignal): AsyncIterable<RunEvent>;
  waitForRun(id: number): Promise<RunSummary>;
  cancelRun(id: number): boolean;
  /** Runs a run that is over, or was interrupted, again: its next attempt. */
  rerun(id: number): Promise<RunSummary>;
  /** Ends what runs, without an end in its record, and stops listening. */
  stop(): Promise<void>;
}

/** Ids that the OIDC subject is made of: they have to stay the same as long as somebody trusts them. */
const ids = { ownerId: 1_000_001, repositoryId: 1_000_002, actorId: 1_000_003 };

/** Starts GitHub on this machine. What it knew before is there again; runs that had no end count as interrupted. */
export async function startGitHub(options: GitHubOptions): Promise<GitHub> {
  const now = options.now ?? (() => new Date());
  const directory = resolve(options.directory);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  const inside = (name: string): string => join(directory, name);
  const connectionFile = inside("server.json");
  const gitDirectory = inside("repository.git");
  const git = new Git(gitDirectory, options.processes, options.environment);
  const defaultBranch = "main";
  await prepareRepository(git, { defaultBranch, connectionFile });

  const faults = new Faults(inside("faults.json"));
  const log = new RequestLog(inside("requests.ndjson"));
  let front: Front | undefined;
  const server = await listen({
    port: options.port,
    faults,
    log,
    respond: (request) => (front as Front).respond(request),
    describe: (request) => front?.describe(request),
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { owner, repository, actor } = options;
  const identity: Identity = {
    ...ids,
    owner,
    repository,
    actor,
    defaultBranch,
    server: url,
    api: `${url}/api/v3`,
    gitDirectory,
  };
  try {
    const hub = await buildHub(options, identity, git, inside, now);
    if (options.settings !== undefined) hub.settings.set(options.settings);
    front = new Front(hub, faults, new DownloadLinks(url, now));
    writeFileAtomically(connectionFile, JSON.stringify({ url, token: hub.tokens.personal }), 0o600);
    return handle(hub, async () => {
      rmSync(connectionFile, { force: true });
      await hub.engine.stop();
      await close(server);
    });
  } catch (error) {
    await close(server);
    throw error;
  }
}

async function buildHub(
  options: GitHubOptions,
  identity: Identity,
  git: Git,
  inside: (name: string) => string,
  now: () => Date,
): Promise<Hub> {
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
  const deployments = new Deployments(inside("deployments.json"), counters);
  const jobDeployments = new JobDeployments(identity, deployments);
  const engine = new RunEngine(
    {
      identity,
      workDirectory,
      environment: options.environment,
      processes: options.processes,
      settings,
      tokens,
      oidc,
      concurrency: new Concurrency(),
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

function handle(hub: Hub, stop: () => Promise<void>): GitHub {
  const { identity, runs, engine } = hub;
  const known = (id: number) => {
    const record = runs.get(id);
    if (record === undefined) throw new Error(`there is no run ${id}`);
    return record;
  };
  return {
    url: identity.server,
    apiUrl: identity.api,
    token: hub.tokens.personal,
    gitDirectory: identity.gitDirectory,
    oidcIssuer: hub.oidc.issuer,
    subjectPrefix: subjectPrefix(identity),
    repository: fullName(identity),
    setSettings: (settings) => hub.settings.set(settings),
    receive: (updates) => hub.pushes.receive(updates),
    dispatch: async (workflow, ref, inputs) =>
      summarize(hub, await hub.dispatches.dispatch({ workflow, ref, inputs, actor: identity.actor })),
    runs: () => runs.list().map((record) => summarize(hub, record)),
    run: (id) => {
      const record = runs.get(id);
      return record === undefined ? undefined : summarize(hub, record);
    },
    latestRun: (workflow, sha) => {
      const record = runs
        .list()
        .find(({ head, headSha }) => head.path.endsWith(`/${workflow}`) && headSha === sha);
      return record === undefined ? undefined : summarize(hub, record);
    },
    follow: (id, signal) => runs.follow(id, signal),
    waitForRun: async (id) => {
      await engine.finished(id);
      return summarize(hub, known(id));
    },
    cancelRun: (id) => engine.cancel(id),
    rerun: async (id) => summarize(hub, await rerun(hub, known(id))),
    stop,
  };
}
