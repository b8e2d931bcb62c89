import type { RunnerServices } from "../runner-services.ts";
import type { Stop } from "./steps/step-process.ts";
import { runGit } from "./tool.ts";

/** A commit of a repository, and the branch or tag that it was asked for by. */
export interface Revision {
  /** owner/name */
  readonly repository: string;
  readonly gitDirectory: string;
  /** refs/heads/…, refs/tags/…, or the commit itself where that was asked for. */
  readonly ref: string;
  readonly sha: string;
}

type Known = Pick<RunnerServices, "repository" | "repositories" | "machine">;

/**
 * The commit that `owner/name@ref` means: a full commit id, a tag, or a branch, in that order. Throws a plain Error that
 * says which of the two is not known.
 * https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows#calling-a-reusable-workflow
 */
export async function resolveRevision(
  services: Known,
  { repository, ref }: { readonly repository: string; readonly ref: string },
  stop: Stop,
): Promise<Revision> {
  const found = findRepository(services, repository);
  if (found === undefined) {
    const known = [services.repository.name, ...Object.keys(services.repositories ?? {})].join(", ");
    throw new Error(`repository "${repository}" is not known to this runner; it has ${known}`);
  }
  for (const { name, revision } of candidates(ref, found.isCheckout)) {
    const sha = await commitOf(services, found.gitDirectory, revision, stop);
    if (sha !== undefined) {
      return { repository: found.name, gitDirectory: found.gitDirectory, ref: name, sha };
    }
  }
  throw new Error(`"${repository}" has no branch, tag or commit "${ref}"`);
}

/** The text of a file at a commit; undefined where the commit has no such file. */
export async function readFileAt(
  services: Known,
  { gitDirectory, sha }: Pick<Revision, "gitDirectory" | "sha">,
  path: string,
  stop: Stop,
): Promise<string | undefined> {
  const args = [`--git-dir=${gitDirectory}`, "cat-file", "blob", `${sha}:${path}`];
  const lines = await runGit(services.machine, args, { cwd: services.machine.workDirectory, stop }).catch(
    () => undefined,
  );
  return lines && `${lines.join("\n")}\n`;
}

/** Whether this machine has the repository. */
export function isKnown(services: Known, repository: string): boolean {
  return findRepository(services, repository) !== undefined;
}

function findRepository({ repository, repositories = {} }: Known, wanted: string) {
  const isWanted = (name: string): boolean => name.toLowerCase() === wanted.toLowerCase();
  if (isWanted(repository.name)) {
    return { name: repository.name, gitDirectory: repository.gitDirectory, isCheckout: false };
  }
  const [name, other] = Object.entries(repositories).find(([other]) => isWanted(other)) ?? [];
  return name === undefined || other === undefined
    ? undefined
    : { name, gitDirectory: other.gitDirectory, isCheckout: other.isCheckout ?? false };
}

/** What a ref may mean, first choice first, and the revision that git knows it by. */
function candidates(ref: string, isCheckout: boolean) {
  if (/^[0-9a-f]{40}$/i.test(ref)) return [{ name: ref.toLowerCase(), revision: ref }];
  const tag = `refs/tags/${ref}`;
  const branch = `refs/heads/${ref}`;
  // A checkout has no releases: what it is at now is what its next one will be.
  if (isCheckout && ref === "main") return [{ name: branch, revision: "HEAD" }];
  if (isCheckout && /^v\d/.test(ref)) return [{ name: tag, revision: "HEAD" }];
  return [
    { name: tag, revision: tag },
    { name: branch, revision: branch },
  ];
}

async function commitOf(
  { machine }: Known,
  gitDirectory: string,
  revision: string,
  stop: Stop,
): Promise<string | undefined> {
  const args = [
    `--git-dir=${gitDirectory}`,
    "rev-parse",
    "--quiet",
    "--verify",
    "--end-of-options",
    `${revision}^{commit}`,
  ];
  const [sha] = await runGit(machine, args, { cwd: machine.workDirectory, stop }).catch(() => []);
  return sha;
}
