import { type Dirent, readdirSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { ActionError, explain } from "../../kit/errors.ts";

/**
 * Every file below the folder by its key, sorted; links are followed to files inside the folder only. Throws
 * `SourceUnreadable` for what cannot be part of a site.
 */
export function walkFolder(folder: string): string[] {
  let root: string;
  try {
    root = realpathSync(folder);
    if (!statSync(root).isDirectory()) throw new Error("it is not a folder");
  } catch (cause) {
    throw unreadable(folder, cause);
  }
  const keys: string[] = [];
  const visit = (directory: string, prefix: string): void => {
    for (const entry of list(directory)) {
      // A checkout's history, with whatever credentials its configuration holds, is never part of a site.
      if (entry.name === ".git") continue;
      if (entry.isFile()) {
        keys.push(prefix + entry.name);
        continue;
      }
      const path = join(directory, entry.name);
      if (entry.isDirectory()) visit(path, `${prefix}${entry.name}/`);
      else if (entry.isSymbolicLink() && isFileInside(root, path)) keys.push(prefix + entry.name);
      else throw unreadable(path, new Error("it is neither a file nor a folder"));
    }
  };
  visit(root, "");
  return keys.sort((a, b) => (a < b ? -1 : 1));
}

function list(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (cause) {
    throw unreadable(directory, cause);
  }
}

function isFileInside(root: string, link: string): true {
  let target: string;
  try {
    target = realpathSync(link);
  } catch (cause) {
    throw unreadable(link, cause);
  }
  const inside = relative(root, target);
  if (inside.startsWith("..") || isAbsolute(inside) || !statSync(target).isFile()) {
    throw new ActionError("SourceUnreadable", `"${link}" is a link to "${target}"`, {
      hint: "put the file itself into the folder: only links to files inside it are followed",
    });
  }
  return true;
}

export function unreadable(path: string, cause: unknown): ActionError {
  return new ActionError("SourceUnreadable", `could not read "${path}": ${explain(cause)}`, {
    hint: "check the input `source`, and that an earlier step built or downloaded it",
  });
}
