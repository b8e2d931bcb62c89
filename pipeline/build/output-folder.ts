import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { ActionError } from "../kit/errors.ts";
import { trackedFiles } from "../workspace/git-tree.ts";

/** The folder for a bundle. Refuses, since it is emptied, one outside the workspace or with files of the repository. */
export async function outputFolder(workspace: string, directory: string): Promise<string> {
  const path = resolve(workspace, directory);
  const inside = relative(workspace, path);
  const hint = "give a folder of its own to the bundle, such as release; it is emptied before each build";
  if (inside === "" || inside.startsWith("..") || isAbsolute(inside)) {
    throw new ActionError(
      "InvalidInputs",
      `input "directory" must be inside the workspace, not "${directory}"`,
      { hint },
    );
  }
  const [tracked] = await trackedFiles(workspace, inside);
  if (tracked !== undefined) {
    throw new ActionError(
      "InvalidInputs",
      `input "directory" names "${directory}", which holds "${tracked}" of the repository`,
      { hint },
    );
  }
  return path;
}

export async function emptyFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
  await mkdir(path, { recursive: true });
}

/** Writes files below a folder, making the folders they need. */
export async function writeFiles(
  directory: string,
  files: Iterable<readonly [path: string, content: Uint8Array]>,
): Promise<void> {
  const all = [...files];
  for (const folder of new Set(all.map(([path]) => dirname(join(directory, path))))) {
    await mkdir(folder, { recursive: true });
  }
  await Promise.all(all.map(([path, content]) => writeFile(join(directory, path), content)));
}
