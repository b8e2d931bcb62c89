import { workflowsFor } from "../../runner/workflow/match-events.ts";
import type { Workflow } from "../../runner/workflow/model.ts";
import { changedPaths, changesOfCommits } from "../git/files.ts";
import type { Git } from "../git/git.ts";
import type { Commit, History } from "../git/history.ts";
import type { Identity } from "../identity.ts";
import type { RunRecord } from "../state/runs.ts";
import { type PushedCommit, pushPayload, zeroId } from "./payloads.ts";
import type { PullRequestEvents } from "./pull-request-events.ts";
import type { RunEngine } from "./run-engine.ts";
import type { SettingsStore } from "./settings.ts";
import {
  asksForPaths,
  isValid,
  runTitle,
  type WorkflowFile,
  workflowFilesAt,
  workflowName,
} from "./workflow-files.ts";

/** One line that a post-receive hook gets. */
export interface RefUpdate {
  readonly before: string;
  readonly after: string;
  readonly ref: string;
}

/** What a push set off. */
export interface PushResult {
  readonly runs: readonly RunRecord[];
  /** Sentences for the pusher. */
  readonly notes: readonly string[];
}

/** The most commits that GitHub puts into a push's payload. */
const payloadCommits = 2048;

/** Turns the ref updates of a push into events, and the events into runs. */
export class Pushes {
  readonly #identity: Identity;
  readonly #git: Git;
  readonly #history: History;
  readonly #engine: RunEngine;
  readonly #settings: SettingsStore;
  readonly #pullRequests: PullRequestEvents;
  readonly #times: () => { readonly created: string; readonly pushed: string };
  readonly #pushed: () => void;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(parts: {
    readonly identity: Identity;
    readonly git: Git;
    readonly history: History;
    readonly engine: RunEngine;
    readonly settings: SettingsStore;
    readonly pullRequests: PullRequestEvents;
    readonly times: () => { readonly created: string; readonly pushed: string };
    /** Told at each push, before its events are made. */
    readonly pushed: () => void;
  }) {
    this.#identity = parts.identity;
    this.#git = parts.git;
    this.#history = parts.history;
    this.#engine = parts.engine;
    this.#settings = parts.settings;
    this.#pullRequests = parts.pullRequests;
    this.#times = parts.times;
    this.#pushed = parts.pushed;
  }

  /** Handles the updates of one push, after those of every push before it. */
  receive(updates: readonly RefUpdate[]): Promise<PushResult> {
    const result = this.#queue.then(async () => {
      this.#pushed();
      const results: PushResult[] = [];
      for (const update of updates) results.push(await this.#receiveOne(update));
      return { runs: results.flatMap(({ runs }) => runs), notes: results.flatMap(({ notes }) => notes) };
    });
    this.#queue = result.catch(() => {});
    return result;
  }

  async #receiveOne(update: RefUpdate): Promise<PushResult> {
    const branch = /^refs\/heads\/(.+)$/.exec(update.ref)?.[1];
    if (update.after === zeroId) {
      return { runs: [], notes: branch === undefined ? [] : this.#pullRequests.branchDeleted(branch) };
    }
    const isBranch = branch !== undefined;
    if (!isBranch && !update.ref.startsWith("refs/tags/")) return { runs: [], notes: [] };
    const own = await this.#startPushRuns(update, branch ?? update.ref.replace("refs/tags/", ""));
    if (!isBranch) return own;
    const pull =
      branch === this.#identity.defaultBranch
        ? { runs: [], notes: await this.#pullRequests.baseMoved(update.after) }
        : await this.#pullRequests.branchPushed(branch, update);
    const runs = [...own.runs, ...pull.runs];
    const quiet = runs.length === 0 && pull.notes.length === 0;
    return {
      runs,
      notes: [...pull.notes, ...(quiet ? [`No workflow runs for a push of ${branch}.`] : [])],
    };
  }

  async #startPushRuns(update: RefUpdate, name: string): Promise<PushResult> {
    // An annotated tag is an object of its own; the event is about its commit.
    const after = update.ref.startsWith("refs/tags/")
      ? ((await this.#history.resolve(update.after)) ?? update.after)
      : update.after;
    const files = await workflowFilesAt(this.#git, after);
    const workflows = files.filter(isValid).map(({ parsed }) => parsed);
    const changed = workflows.some(asksForPaths) ? await this.#changedPaths(update, after) : undefined;
    const event = { name: "push", ref: update.ref, changedPaths: changed } as const;
    const matched = new Set<Workflow>(workflowsFor(event, workflows));
    const starting = files.filter((file) => (isValid(file) ? matched.has(file.parsed) : true));
    if (starting.length === 0) return { runs: [], notes: [] };
    const { payload, head } = await this.#payload(update, after);
    return { runs: starting.map((file) => this.#start(file, update.ref, name, head, payload)), notes: [] };
  }

  #start(
    file: WorkflowFile,
    ref: string,
    name: string,
    head: Commit,
    payload: Readonly<Record<string, unknown>>,
  ): RunRecord {
    const { actor } = this.#identity;
    const subject = head.message.split("\n")[0] || workflowName(file);
    const { owner, repository } = this.#identity;
    const github = {
      event_name: "push",
      ref,
      ref_name: name,
      sha: head.sha,
      actor,
      repository: `${owner}/${repository}`,
      event: payload,
    };
    const vars = this.#settings.variables(undefined);
    return this.#engine.start(file, {
      name: "push",
      ref,
      sha: head.sha,
      headBranch: name,
      headSha: head.sha,
      headRef: "",
      baseRef: "",
      event: payload,
      inputs: {},
      title: isValid(file) ? runTitle(file.parsed, { github, inputs: {}, vars }, subject) : subject,
      actor,
    });
  }

  /** What path filters compare: before with after; for a new branch, what it adds to the default branch. */
  async #changedPaths(update: RefUpdate, after: string): Promise<readonly string[] | undefined> {
    if (update.before !== zeroId) return changedPaths(this.#git, update.before, after);
    const base = await this.#history.resolve(`refs/heads/${this.#identity.defaultBranch}`);
    const fork = base === undefined ? undefined : await this.#history.mergeBase(base, after);
    return fork === undefined || fork === after ? undefined : changedPaths(this.#git, fork, after);
  }

  async #payload(
    update: RefUpdate,
    after: string,
  ): Promise<{ readonly payload: Readonly<Record<string, unknown>>; readonly head: Commit }> {
    const created = update.before === zeroId;
    const forced = !created && !(await this.#history.isAncestor(update.before, after));
    const range = created ? after : `${update.before}..${after}`;
    // The second --not ends the first: the range itself is wanted.
    const filters = created ? ["--not", `--exclude=${update.ref}`, "--glob=refs/heads", "--not"] : [];
    const commits = (await this.#history.commits(range, { limit: payloadCommits, filters })).toReversed();
    const head = commits.find(({ sha }) => sha === after) ?? (await this.#history.commit(after));
    const changes = await changesOfCommits(this.#git, [...new Set([...commits, head].map(({ sha }) => sha))]);
    const withFiles = (commit: Commit): PushedCommit => ({ commit, files: changes.get(commit.sha) ?? [] });
    const payload = pushPayload(this.#identity, {
      ref: update.ref,
      before: update.before,
      after: update.after,
      forced,
      commits: commits.map(withFiles),
      head: withFiles(head),
      times: this.#times(),
    });
    return { payload, head };
  }
}
