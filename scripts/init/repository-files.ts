import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LocalError } from "../../local/errors.ts";
import { gitIn } from "../kit/git.ts";

/** The files that git knows in a working copy, as they are there now. */
export interface RepositoryFiles {
  /** Relative to the top, with slashes, sorted. */
  readonly paths: readonly string[];
  /** Undefined for what is not there. */
  read(path: string): string | undefined;
}

/** Throws `EmptyRepository` where git knows no file. */
export function repositoryFiles(folder: string): RepositoryFiles {
  const paths = gitIn(folder, "ls-files", "-z").split("\0").filter(Boolean).sort();
  if (paths.length === 0) {
    throw new LocalError("EmptyRepository", `git knows no file in "${folder}"`, "commit the app there first");
  }
  return {
    paths,
    read: (path) => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), "utf8") : undefined),
  };
}

/** `a/b` of `a/b/c`, and "" at the top. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** The path of a file in a folder, "" being the top. */
export function inFolder(folder: string, file: string): string {
  return folder === "" ? file : `${folder}/${file}`;
}
