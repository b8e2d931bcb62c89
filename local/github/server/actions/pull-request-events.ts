import { workflowsFor } from "../../runner/workflow/match-events.ts";
import type { Workflow } from "../../runner/workflow/model.ts";
import { changedPaths } from "../git/files.ts";
import type { Git } from "../git/git.ts";
import type { History } from "../git/history.ts";
import { mergeCommit } from "../git/merge.ts";
import { type Identity, noreplyAddress, pageUrl } from "../identity.ts";
import type { fullPullRequest } from "../shapes/pull-request.ts";
import type { PullRequest, PullRequests } from "../state/pull-requests.ts";
import { pullRequestPayload } from "./payloads.ts";
import type { PushResult, RefUpdate } from "./pushes.ts";
import type { RunEngine } from "./run-engine.ts";
import { asksForPaths, isValid, runTitle, workflowFilesAt } from "./workflow-files.ts";

type Action = "opened" | "synchronize" | "reopened";

interface Parts {
  readonly identity: Identity;
  readonly git: Git;
  readonly history: History;
  readonly engine: RunEngine;
  readonly pulls: PullRequests;
  readonly variables: () => Readonly<Record<string, string>>;
  /** The pull request as the REST API shows it. */
  readonly describe: (pull: PullRequest) => Promise<ReturnType<typeof fullPullRequest>>;
  readonly times: () => { readonly created: string; readonly pushed: string };
  readonly now: () => Date;
}

/** Opens, updates and closes pull requests as branches move: a pushed branch asks to be merged into the default one. */
export class PullRequestEvents {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async branchPushed(branch: string, update: RefUpdate): Promise<PushResult> {
    const { identity, history, pulls } = this.#parts;
    const base = await history.resolve(`refs/heads/${identity.defaultBranch}`);
    if (base === undefined) {
      return {
        runs: [],
        notes: [
          `No pull request: there is no ${identity.defaultBranch} yet. Push it first: git push local main`,
        ],
      };
    }
    if (await history.isAncestor(update.after, base)) {
      return {
        runs: [],
        notes: [`No pull request: ${branch} has nothing that ${identity.defaultBranch} does not have.`],
      };
    }
    const known = pulls.ofBranch(branch);
    const action: Action =
      known === undefined ? "opened" : known.state === "open" ? "synchronize" : "reopened";
    const merge = await this.#merge(base, update.after);
    const at = this.#parts.now().toISOString();
    const common = {
      headSha: update.after,
      baseSha: base,
      updatedAt: at,
      ...(merge.merged ? { mergeSha: merge.sha } : {}),
    };
    const pull =
      known === undefined
        ? pulls.open({
            title: await this.#titleFor(branch, base, update.after),
            body: null,
            headRef: branch,
            baseRef: identity.defaultBranch,
            state: "open",
            createdAt: at,
            ...common,
          })
        : pulls.update(known.number, {
            state: "open",
            mergeSha: undefined,
            closedAt: undefined,
            ...common,
          });
    return this.#announce(pull, action, update, merge.merged ? undefined : merge.conflicts);
  }

  /** A deleted branch closes its pull request. */
  branchDeleted(branch: string): string[] {
    const { pulls, now } = this.#parts;
    const pull = pulls.ofBranch(branch);
    if (pull?.state !== "open") return [];
    const at = now().toISOString();
    pulls.update(pull.number, { state: "closed", closedAt: at, updatedAt: at });
    return [`Pull request #${pull.number} closed: its branch is gone.`];
  }

  /** Pull requests whose head the default branch now has count as merged. */
  async baseMoved(base: string): Promise<string[]> {
    const { pulls, history, now } = this.#parts;
    const notes: string[] = [];
    for (const pull of pulls.list()) {
      if (pull.state !== "open" || !(await history.isAncestor(pull.headSha, base))) continue;
      const at = now().toISOString();
      pulls.update(pull.number, {
        state: "closed",
        closedAt: at,
        mergedAt: at,
        updatedAt: at,
        mergeSha: base,
      });
      notes.push(`Pull request #${pull.number} merged: ${pull.title}`);
    }
    return notes;
  }

  #merge(base: string, head: string) {
    const { git, identity, now } = this.#parts;
    const author = { name: identity.actor, email: noreplyAddress(identity.actor) };
    const message = `Merge ${head} into ${base}\n`;
    return mergeCommit(git, { base, head, message, author, date: now() });
  }

  /** As GitHub proposes it: the subject of the only commit, else the branch's name. */
  async #titleFor(branch: string, base: string, head: string): Promise<string> {
    const commits = await this.#parts.history.commits(`${base}..${head}`, { limit: 2 });
    const subject = commits[0]?.message.split("\n")[0] ?? "";
    if (commits.length === 1 && subject !== "") return subject;
    const words = branch.replace(/[-_]+/g, " ");
    return words.slice(0, 1).toUpperCase() + words.slice(1);
  }

  async #announce(
    pull: PullRequest,
    action: Action,
    update: RefUpdate,
    conflicts: readonly string[] | undefined,
  ): Promise<PushResult> {
    const { identity, git } = this.#parts;
    const verb = { opened: "opened", synchronize: "updated", reopened: "reopened" }[action];
    const notes = [
      `Pull request #${pull.number} ${verb}: ${pull.title}`,
      `  ${pageUrl(identity, `/pull/${pull.number}`)}`,
    ];
    await git.run(["update-ref", `refs/pull/${pull.number}/head`, pull.headSha]);
    if (pull.mergeSha === undefined) {
      const where = conflicts?.length ? `conflicts in ${conflicts.join(", ")}` : "no history in common";
      return {
        runs: [],
        notes: [
          ...notes,
          `It cannot be merged into ${pull.baseRef} (${where}), so no workflow runs for it.`,
          `Merge ${pull.baseRef} into ${pull.headRef} and push again.`,
        ],
      };
    }
    await git.run(["update-ref", `refs/pull/${pull.number}/merge`, pull.mergeSha]);
    return { runs: await this.#startRuns(pull, pull.mergeSha, action, update), notes };
  }

  async #startRuns(
    pull: PullRequest,
    merge: string,
    action: Action,
    update: RefUpdate,
  ): Promise<PushResult["runs"]> {
    const { identity, git, history, engine, describe, times, variables } = this.#parts;
    const valid = (await workflowFilesAt(git, merge)).filter(isValid);
    const workflows = valid.map(({ parsed }) => parsed);
    const changed = async (): Promise<readonly string[]> => {
      const fork = (await history.mergeBase(pull.baseSha, pull.headSha)) ?? pull.baseSha;
      return changedPaths(git, fork, pull.headSha);
    };
    const event = {
      name: "pull_request",
      action,
      baseBranch: pull.baseRef,
      changedPaths: workflows.some(asksForPaths) ? await changed() : undefined,
    } as const;
    const matched = new Set<Workflow>(workflowsFor(event, workflows));
    const starting = valid.filter(({ parsed }) => matched.has(parsed));
    if (starting.length === 0) return [];
    const payload = pullRequestPayload(identity, {
      action,
      number: pull.number,
      pull: await describe(pull),
      before: update.before,
      after: update.after,
      times: times(),
    });
    const ref = `refs/pull/${pull.number}/merge`;
    const github = {
      event_name: "pull_request",
      ref,
      ref_name: `${pull.number}/merge`,
      sha: merge,
      head_ref: pull.headRef,
      base_ref: pull.baseRef,
      actor: identity.actor,
      repository: `${identity.owner}/${identity.repository}`,
      event: payload,
    };
    return starting.map((file) =>
      engine.start(file, {
        name: "pull_request",
        ref,
        sha: merge,
        headBranch: pull.headRef,
        headSha: pull.headSha,
        headRef: pull.headRef,
        baseRef: pull.baseRef,
        pullRequest: pull.number,
        event: payload,
        inputs: {},
        title: runTitle(file.parsed, { github, inputs: {}, vars: variables() }, pull.title),
        actor: identity.actor,
      }),
    );
  }
}
