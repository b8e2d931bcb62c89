import { chmodSync, mkdirSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { writeFileAtomically } from "../../files.ts";
import type { RunEvent } from "../run-events.ts";
import { DownloadLinks } from "./actions/download-links.ts";
import { subjectPrefix } from "./actions/oidc.ts";
import type { Settings } from "./actions/settings.ts";
import type { PushResult, RefUpdate } from "./events/push-result.ts";
import { Front } from "./front.ts";
import { Git } from "./git/git.ts";
import { prepareRepository } from "./git/repository.ts";
import { close, listen } from "./http/http-server.ts";
import { RequestFaults } from "./http/request-faults.ts";
import { RequestLog } from "./http/request-log.ts";
import type { Hub } from "./hub.ts";
import { fullName, type Identity } from "./identity.ts";
import { openHub } from "./open-hub.ts";
import type { GitHubOptions } from "./options.ts";
import { rerun } from "./rest/runs.ts";
import { type RunSummary, summarize } from "./run-summary.ts";

export type { GitHubOptions } from "./options.ts";
export type { RunSummary } from "./run-summary.ts";

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
  readonly repositoryId: number;
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
  /** Takes a run's machine away without GitHub noticing: it counts as running for ever. False when it is over. */
  loseRun(id: number): boolean;
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
  const { defaultBranch = "main" } = options;
  await prepareRepository(git, { defaultBranch, connectionFile });

  const faults = new RequestFaults(inside("faults.json"));
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
    const hub = await openHub({ options, identity, git, inside, now });
    if (options.settings !== undefined) hub.settings.set(options.settings);
    front = new Front(hub, faults, new DownloadLinks(url, now));
    writeFileAtomically(connectionFile, JSON.stringify({ url, token: hub.tokens.personal }), 0o600);
    return handle(hub, async () => {
      rmSync(connectionFile, { force: true });
      await hub.actions.engine.stop();
      await close(server);
      log.close();
    });
  } catch (error) {
    await close(server);
    log.close();
    throw error;
  }
}

function handle(hub: Hub, stop: () => Promise<void>): GitHub {
  const { identity } = hub.repository;
  const { runs, engine } = hub.actions;
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
    repositoryId: ids.repositoryId,
    repository: fullName(identity),
    setSettings: (settings) => hub.settings.set(settings),
    receive: (updates) => hub.actions.receive(updates),
    dispatch: async (workflow, ref, inputs) =>
      summarize(hub, await hub.actions.dispatch({ workflow, ref, inputs, actor: identity.actor })),
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
    loseRun: (id) => engine.lose(id),
    rerun: async (id) => summarize(hub, await rerun(hub, known(id))),
    stop,
  };
}
