import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, realpath, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { writeZipFile, type ZipSource } from "../../bundle/zip-file.ts";
import { ActionError, explain } from "../../kit/errors.ts";

const run = promisify(execFile);

/**
 * The source bundle at a path: a zip as it is, or a folder packed so that equal files give equal bytes, without what its `.ebignore`
 * names, in the manner of .gitignore, and without `.git`. Throws `InvalidBundle` where there is neither.
 */
export async function readOrPack(path: string): Promise<Uint8Array> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    throw new ActionError("InvalidBundle", `there is no file or folder "${path}"`, {
      hint: "give `bundle` the path of a zip or a folder, relative to the workspace; build it in a step before this one",
    });
  }
  if (!found.isDirectory()) return readFile(path);
  const temporary = await mkdtemp(join(tmpdir(), "bundle-"));
  try {
    const names = await filesIn(path, temporary);
    if (names.length === 0) {
      throw new ActionError("InvalidBundle", `the folder "${path}" has no files`, {
        hint: "give the folder that holds the application, and see what its .ebignore leaves out",
      });
    }
    const archive = join(temporary, "bundle.zip");
    await writeZipFile(archive, await Promise.all(names.map((name) => sourceOf(path, name))));
    return await readFile(archive);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** By git's own rules of ignoring, with an empty repository of our own: the folder need not be in one. */
async function filesIn(folder: string, temporary: string): Promise<readonly string[]> {
  const repository = join(temporary, "empty.git");
  const ignores = existsSync(join(folder, ".ebignore")) ? ["--exclude-from=.ebignore"] : [];
  const options = { cwd: folder, maxBuffer: 256 * 1024 * 1024 };
  try {
    await run("git", ["init", "--quiet", "--bare", repository], options);
    const list = ["ls-files", "--others", "-z", ...ignores];
    const { stdout } = await run("git", [`--git-dir=${repository}`, "--work-tree=.", ...list], options);
    return stdout.split("\0").filter((name) => name !== "" && !name.endsWith("/"));
  } catch (cause) {
    throw new ActionError("InvalidBundle", `git could not list the folder "${folder}": ${explain(cause)}`, {
      hint: "check its .ebignore; git has to be installed on the runner",
      cause,
    });
  }
}

/** A bundle holds no links: what one leads to travels in its place, where that is in the folder. */
async function sourceOf(folder: string, name: string): Promise<ZipSource> {
  const target = await realpath(join(folder, name)).catch(() => undefined);
  const isInside = target !== undefined && !relative(await realpath(folder), target).startsWith("..");
  const found = isInside ? await stat(target) : undefined;
  if (target === undefined || !found?.isFile()) {
    throw new ActionError("InvalidBundle", `"${name}" is a link that leads to no file of the folder`, {
      hint: "put the file itself there, or name the link in .ebignore",
    });
  }
  return { name, mode: (found.mode & 0o111) === 0 ? 0o644 : 0o755, read: () => readFile(target) };
}
