import type { Git } from "./git.ts";

export interface Person {
  readonly name: string;
  readonly email: string;
  /** ISO 8601 with the person's own offset. */
  readonly date: string;
}

export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly message: string;
}

const fields = ["%H", "%T", "%P", "%an", "%ae", "%aI", "%cn", "%ce", "%cI", "%B"];
const format = `--format=format:${fields.join("%x00")}`;

/** Commits and refs of the repository. Names that come from outside are never taken for options of git. */
export class History {
  readonly #git: Git;

  constructor(git: Git) {
    this.#git = git;
  }

  /** The commit that GitHub means by a branch, a tag, a ref or (part of) a commit id. */
  async resolve(name: string): Promise<string | undefined> {
    if (name === "" || /[\s~^:?*[\\\p{Cc}]|\.\.|@\{/u.test(name)) return undefined;
    const candidates = name.startsWith("refs/")
      ? [name]
      : [
          `refs/heads/${name}`,
          `refs/tags/${name}`,
          ...(/^(heads|tags|pull)\//.test(name) ? [`refs/${name}`] : []),
        ];
    if (/^[0-9a-f]{4,40}$/.test(name)) candidates.push(name);
    if (name === "HEAD") candidates.push(name);
    for (const candidate of candidates) {
      const { code, stdout } = await this.#git.attempt([
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        `${candidate}^{commit}`,
      ]);
      if (code === 0) return stdout.trim();
    }
    return undefined;
  }

  /** Refs under a prefix, by full name. */
  async refs(
    prefix: string,
  ): Promise<readonly { readonly ref: string; readonly sha: string; readonly type: string }[]> {
    const output = await this.#git.run([
      "for-each-ref",
      "--format=%(refname) %(objectname) %(objecttype)",
      "--end-of-options",
      prefix,
    ]);
    return output
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const [ref = "", sha = "", type = ""] = line.split(" ");
        return { ref, sha, type };
      });
  }

  async commit(sha: string): Promise<Commit> {
    const [commit] = parseCommits(await this.#git.run(["show", "-s", "-z", format, "--end-of-options", sha]));
    return commit as Commit;
  }

  /** Commits of a range, newest first; `range` as `git log` has it, made of commit ids only. */
  async commits(
    range: string,
    options: {
      readonly limit: number;
      readonly skip?: number;
      readonly filters?: readonly string[];
      readonly path?: string;
    },
  ): Promise<readonly Commit[]> {
    const output = await this.#git.run([
      "log",
      "-z",
      "--topo-order",
      format,
      `--max-count=${options.limit}`,
      `--skip=${options.skip ?? 0}`,
      ...(options.filters ?? []),
      "--end-of-options",
      range,
      "--",
      ...(options.path === undefined ? [] : [`:(literal)${options.path}`]),
    ]);
    return parseCommits(output);
  }

  /** How many commits only the first and only the second has. */
  async distance(base: string, head: string): Promise<{ readonly behind: number; readonly ahead: number }> {
    const output = await this.#git.run(["rev-list", "--left-right", "--count", `${base}...${head}`]);
    const [behind = 0, ahead = 0] = output.trim().split("\t").map(Number);
    return { behind, ahead };
  }

  async mergeBase(first: string, second: string): Promise<string | undefined> {
    const { code, stdout } = await this.#git.attempt(["merge-base", first, second]);
    return code === 0 ? stdout.trim() : undefined;
  }

  async isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    const { code } = await this.#git.attempt(["merge-base", "--is-ancestor", ancestor, descendant]);
    return code === 0;
  }
}

function parseCommits(output: string): Commit[] {
  const values = output.split("\0");
  const commits: Commit[] = [];
  for (let at = 0; at + fields.length <= values.length; at += fields.length) {
    const [
      sha = "",
      tree = "",
      parents = "",
      an = "",
      ae = "",
      ad = "",
      cn = "",
      ce = "",
      cd = "",
      message = "",
    ] = values.slice(at, at + fields.length);
    commits.push({
      sha,
      tree,
      parents: parents.split(" ").filter((parent) => parent !== ""),
      author: { name: an, email: ae, date: ad },
      committer: { name: cn, email: ce, date: cd },
      message: message.trimEnd(),
    });
  }
  return commits;
}
