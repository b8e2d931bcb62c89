import { type Dirent, readdirSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";
import { ActionError, explain } from "../../kit/errors.ts";

/**
 * Every file below the folder by its key, sorted; links are followed to files and folders inside the folder only. Throws
 * `SourceUnreadable` for what cannot be part of a site, and `InvalidKey` for a name that is no text.
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
  /** `above` are the folders that lead here, itself included, without links. */
  const visit = (directory: string, prefix: string, above: readonly string[]): void => {
    for (const entry of list(directory)) {
      // A checkout's history, with whatever credentials its configuration holds, is never part of a site.
      if (entry.name === ".git") continue;
      const path = join(directory, entry.name);
      // What is no UTF-8 is read with this character in its place, and then is not found.
      if (entry.name.includes("\uFFFD")) throw notText(prefix + entry.name);
      if (entry.isFile()) {
        keys.push(prefix + entry.name);
        continue;
      }
      const within = `${prefix}${entry.name}/`;
      if (entry.isDirectory()) visit(path, within, [...above, join(above.at(-1) ?? root, entry.name)]);
      else if (entry.isSymbolicLink()) {
        const target = targetInside(root, path);
        if (statSync(target).isFile()) keys.push(prefix + entry.name);
        else if (statSync(target).isDirectory() && !above.includes(target))
          visit(path, within, [...above, target]);
        else throw strayLink(path, target);
      } else throw unreadable(path, new Error("it is neither a file nor a folder"));
    }
  };
  visit(root, "", [root]);
  return keys.sort((a, b) => (a < b ? -1 : 1));
}

function list(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (cause) {
    throw unreadable(directory, cause);
  }
}

/** What a link leads to, which is part of the folder as well. */
function targetInside(root: string, link: string): string {
  let target: string;
  try {
    target = realpathSync(link);
  } catch (cause) {
    throw unreadable(link, cause);
  }
  const parts = relative(root, target).split(sep);
  if (parts[0] === ".." || isAbsolute(parts.join(sep)) || parts.includes(".git"))
    throw strayLink(link, target);
  return target;
}

function strayLink(link: string, target: string): ActionError {
  return new ActionError("SourceUnreadable", `"${link}" is a link to "${target}"`, {
    hint: "put the file itself into the folder: only links to files and folders inside it are followed, and to none that it is in",
  });
}

function notText(key: string): ActionError {
  return new ActionError("InvalidKey", `these names cannot be keys: "${key}" is not UTF-8`, {
    hint: "rename the files",
  });
}

export function unreadable(path: string, cause: unknown): ActionError {
  return new ActionError("SourceUnreadable", `could not read "${path}": ${explain(cause)}`, {
    hint: "check the input `source`, and that an earlier step built or downloaded it",
  });
}
