import { mergeCommit } from "../git/merge.ts";
import { noreplyAddress, pageUrl } from "../identity.ts";
import type { Repository } from "../repository.ts";
import type { Branch, PullRequest, PullRequests } from "../state/pull-requests.ts";
import type { PullRequestAction, startPullRequestRuns } from "./pull-request-runs.ts";
import type { PushResult, RefUpdate } from "./push-result.ts";

interface Parts {
  readonly repository: Repository;
  readonly pulls: PullRequests;
  /** Starts the runs that a change of a pull request triggers. */
  readonly startRuns: (change: Parameters<typeof startPullRequestRuns>[1]) => Promise<PushResult["runs"]>;
  readonly now: () => Date;
}

/** Opens, updates and closes pull requests as branches move: a pushed branch asks to be merged into the default one. */
export class PullRequestEvents {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async branchPushed(branch: Branch, update: RefUpdate): Promise<PushResult> {
    const { pulls } = this.#parts;
    const { identity, history } = this.#parts.repository;
    const base = await history.resolve(`refs/heads/${identity.defaultBranch}`);
    if (base === undefined) {
      return {
        runs: [],
        notes: [`No pull request: there is no ${identity.defaultBranch} yet. Push it first.`],
      };
    }
    if (await history.isAncestor(update.after, base)) {
      return {
        runs: [],
        notes: [`No pull request: ${branch.name} has nothing that ${identity.defaultBranch} does not have.`],
      };
    }
    const known = pulls.ofBranch(branch);
    const action: PullRequestAction =
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
            title: await this.#titleFor(branch.name, base, update.after),
            body: null,
            headRef: branch.name,
            ...(branch.fork === undefined ? {} : { fork: branch.fork }),
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
  branchDeleted(branch: Branch): string[] {
    const { pulls, now } = this.#parts;
    const pull = pulls.ofBranch(branch);
    if (pull?.state !== "open") return [];
    const at = now().toISOString();
    pulls.update(pull.number, { state: "closed", closedAt: at, updatedAt: at });
    return [`Pull request #${pull.number} closed: its branch is gone.`];
  }

  /** Pull requests whose head the default branch now has count as merged. */
  async baseMoved(base: string): Promise<string[]> {
    const { pulls, now } = this.#parts;
    const { history } = this.#parts.repository;
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
    const { git, identity } = this.#parts.repository;
    const author = { name: identity.actor, email: noreplyAddress(identity.actor) };
    const message = `Merge ${head} into ${base}\n`;
    return mergeCommit(git, { base, head, message, author, date: this.#parts.now() });
  }

  /** As GitHub proposes it: the subject of the only commit, else the branch's name. */
  async #titleFor(branch: string, base: string, head: string): Promise<string> {
    const commits = await this.#parts.repository.history.commits(`${base}..${head}`, { limit: 2 });
    const subject = commits[0]?.message.split("\n")[0] ?? "";
    if (commits.length === 1 && subject !== "") return subject;
    const words = branch.replace(/[-_]+/g, " ");
    return words.slice(0, 1).toUpperCase() + words.slice(1);
  }

  async #announce(
    pull: PullRequest,
    action: PullRequestAction,
    update: RefUpdate,
    conflicts: readonly string[] | undefined,
  ): Promise<PushResult> {
    const { identity, git } = this.#parts.repository;
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
    const runs = await this.#parts.startRuns({ pull, merge: pull.mergeSha, action, update });
    return { runs, notes };
  }
}
