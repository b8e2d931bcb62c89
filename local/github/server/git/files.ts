import type { Git } from "./git.ts";

export interface ChangedFile {
  readonly filename: string;
  readonly previous: string | undefined;
  readonly status: "added" | "removed" | "modified" | "renamed" | "changed";
  /** Id of the blob after the change; before it, for a removed file. */
  readonly sha: string;
  readonly additions: number;
  readonly deletions: number;
  /** The hunks; undefined for binary files. */
  readonly patch: string | undefined;
}

export interface TreeEntry {
  readonly path: string;
  readonly type: "blob" | "tree" | "commit";
  readonly sha: string;
  readonly bytes: number | undefined;
}

const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** What differs between two commits; everything, where there is no first one. */
export async function changedFiles(git: Git, base: string | undefined, head: string): Promise<ChangedFile[]> {
  const from = base ?? emptyTree;
  const options = ["diff-tree", "-r", "-M", "--no-abbrev", "--no-color", "--no-ext-diff"];
  const [raw, patch] = await Promise.all([
    git.run([...options, "--raw", "--numstat", "-z", from, head]),
    git.run([...options, "--patch", from, head]),
  ]);
  const hunks = patch.split(/^(?=diff --git )/m).filter((part) => part.startsWith("diff --git "));
  return parseChanges(raw).map((change, index) => {
    const part = hunks[index] ?? "";
    const at = part.search(/^@@ /m);
    return { ...change, patch: at < 0 ? undefined : part.slice(at).trimEnd() };
  });
}

const statuses: Readonly<Record<string, ChangedFile["status"]>> = {
  A: "added",
  D: "removed",
  M: "modified",
  R: "renamed",
  T: "changed",
};

/** `--raw -z` entries (`:modes ids status\0path[\0new path]`), then `--numstat -z` ones, in the same order. */
function parseChanges(output: string): Omit<ChangedFile, "patch">[] {
  const values = output.split("\0");
  const raw: Omit<ChangedFile, "patch" | "additions" | "deletions">[] = [];
  let at = 0;
  while (values[at]?.startsWith(":")) {
    const [, , before = "", after = "", status = ""] = (values[at] as string).split(" ");
    const renamed = status.startsWith("R");
    const filename = values[at + (renamed ? 2 : 1)] ?? "";
    raw.push({
      filename,
      previous: renamed ? values[at + 1] : undefined,
      status: statuses[status.slice(0, 1)] ?? "changed",
      sha: status === "D" ? before : after,
    });
    at += renamed ? 3 : 2;
  }
  return raw.map((change) => {
    const [additions = "", deletions = "", path = ""] = (values[at] ?? "").split("\t");
    at += path === "" ? 3 : 1;
    return { ...change, additions: Number(additions) || 0, deletions: Number(deletions) || 0 };
  });
}

/** Paths that differ between two commits; a renamed file counts as both of its names. */
export async function changedPaths(git: Git, base: string, head: string): Promise<readonly string[]> {
  const output = await git.run(["diff-tree", "-r", "-z", "--name-only", "--no-renames", base, head]);
  return output.split("\0").filter((path) => path !== "");
}

export type ChangedName = Pick<ChangedFile, "filename" | "previous" | "status">;

/** What each of the commits changed against its parent; nothing for merges. */
export async function changesOfCommits(
  git: Git,
  commits: readonly string[],
): Promise<ReadonlyMap<string, readonly ChangedName[]>> {
  const changes = new Map<string, ChangedName[]>(commits.map((commit) => [commit, []]));
  if (commits.length === 0) return changes;
  const input = `${commits.join("\n")}\n`;
  const output = await git.run(["diff-tree", "--stdin", "--root", "-r", "-M", "-z", "--name-status"], input);
  const values = output.split("\0");
  let own: ChangedName[] = [];
  for (let at = 0; at < values.length - 1; ) {
    const value = values[at] as string;
    const known = changes.get(value);
    if (known !== undefined) {
      own = known;
      at += 1;
      continue;
    }
    const renamed = value.startsWith("R");
    own.push({
      status: statuses[value.slice(0, 1)] ?? "changed",
      previous: renamed ? values[at + 1] : undefined,
      filename: values[at + (renamed ? 2 : 1)] ?? "",
    });
    at += renamed ? 3 : 2;
  }
  return changes;
}

/** What the tree of a commit has at a path: the entry itself, and what is in it when it is a folder. */
export async function treeAt(
  git: Git,
  commit: string,
  path: string,
): Promise<{ readonly entry: TreeEntry | undefined; readonly children: readonly TreeEntry[] }> {
  const list = async (tree: string, filter: readonly string[]): Promise<TreeEntry[]> =>
    parseTree(await git.run(["ls-tree", "-z", "--long", tree, "--", ...filter]));
  if (path === "") return { entry: undefined, children: await list(commit, []) };
  const [entry] = await list(commit, [path]);
  if (entry?.type !== "tree") return { entry, children: [] };
  const children = await list(entry.sha, []);
  return { entry, children: children.map((child) => ({ ...child, path: `${path}/${child.path}` })) };
}

function parseTree(output: string): TreeEntry[] {
  return output
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => {
      const [head = "", path = ""] = line.split("\t");
      const [, type = "", sha = "", size = "-"] = head.split(/ +/);
      return { path, type: type as TreeEntry["type"], sha, bytes: size === "-" ? undefined : Number(size) };
    });
}

/** The blobs' contents, in the order asked for. */
export async function readBlobs(git: Git, shas: readonly string[]): Promise<readonly Buffer[]> {
  if (shas.length === 0) return [];
  // Each answer is a line `<id> blob <size>`, then the content and a line feed.
  const output = await git.bytes(["cat-file", "--batch"], `${shas.join("\n")}\n`);
  const blobs: Buffer[] = [];
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(10, at);
    const bytes = Number(output.toString("utf8", at, end).split(" ")[2]);
    blobs.push(output.subarray(end + 1, end + 1 + bytes));
    at = end + bytes + 2;
  }
  return blobs;
}

/** The files right inside a folder of a commit. */
export async function filesIn(git: Git, commit: string, folder: string): Promise<readonly TreeEntry[]> {
  const entries = parseTree(await git.run(["ls-tree", "-z", "--long", commit, "--", `${folder}/`]));
  return entries.filter(({ type }) => type === "blob");
}
