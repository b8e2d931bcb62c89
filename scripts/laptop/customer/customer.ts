import { createHash } from "node:crypto";
import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { LocalError } from "../../../local/errors.ts";
import { stackHolder } from "../../../local/stack-lock.ts";
import { gitIn } from "../../kit/git.ts";
import { root } from "../../root.ts";

/** Whose repository a command is about. */
export interface Customer {
  /** Names all that it has here: lower-case letters, digits and dashes, 20 at most. */
  readonly name: string;
  /** The top of its working copy. */
  readonly folder: string;
  /** Where its stack keeps its state. */
  readonly directory: string;
  readonly isUdagram: boolean;
}

/** The option of every command that is about a stack. */
export const repositoryOption = {
  type: "string",
  help: "folder of the repository whose stack is meant; left out: Udagram's, or the only one that runs",
} as const;

const own = join(root, ".local");
/** Where the stacks of other repositories are, a folder each. */
export const othersDirectory = join(own, "repositories");

export const udagramCustomer: Customer = {
  name: "udagram",
  folder: root,
  directory: own,
  isUdagram: true,
};

/**
 * The customer whose repository has that folder, by the path that somebody typed; Udagram where there is none. Throws `NotARepository`
 * for what is no working copy of git.
 */
export function customerOf(typed: string | undefined): Customer {
  if (typed === undefined) return udagramCustomer;
  // npm runs scripts in this repository's folder, and says where it was called.
  const folder = resolve(process.env.INIT_CWD ?? process.cwd(), typed);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new LocalError(
      "NotARepository",
      `there is no folder "${folder}"`,
      "name the folder of a repository",
    );
  }
  try {
    return customerIn(realpathSync(gitIn(folder, "rev-parse", "--show-toplevel")));
  } catch (cause) {
    throw new LocalError(
      "NotARepository",
      `"${folder}" is no working copy of a git repository: ${(cause as Error).message}`,
      "git init there and commit what should be deployed, or name another folder",
      { cause },
    );
  }
}

function customerIn(folder: string): Customer {
  if (folder === realpathSync(root)) return udagramCustomer;
  const name = nameOf(folder);
  const digest = createHash("sha256").update(folder).digest("hex").slice(0, 8);
  return { name, folder, directory: join(othersDirectory, `${name}-${digest}`), isUdagram: false };
}

function nameOf(folder: string): string {
  const words = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-");
  return words.slice(0, 20).replace(/^-|-$/g, "") || "app";
}

/**
 * Where the stack is whose commands somebody gave without naming a repository: Udagram's, unless only that of one other repository
 * runs.
 */
export function meantDirectory(): string {
  if (isRunning(own) || !existsSync(othersDirectory)) return own;
  const running = readdirSync(othersDirectory)
    .map((name) => join(othersDirectory, name))
    .filter(isRunning);
  return running.length === 1 && running[0] !== undefined ? running[0] : own;
}

function isRunning(directory: string): boolean {
  return stackHolder(join(directory, "stack.lock")) !== undefined;
}

/** What follows an npm command that is about the repository of that folder: "" for Udagram. */
export function flagOf(folder: string): string {
  return folder === root ? "" : ` -- ${repositoryFlag(folder)}`;
}

/** The same for a command that changes one of its environments. */
export function placeOf(folder: string, environment: string): string {
  return ` -- --environment ${environment}${folder === root ? "" : ` ${repositoryFlag(folder)}`}`;
}

function repositoryFlag(folder: string): string {
  return `--repository ${/^[\w./@:+-]+$/.test(folder) ? folder : `'${folder}'`}`;
}
