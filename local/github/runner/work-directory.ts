import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** Lockfiles whose installed dependencies are kept. */
const mostLockfiles = 3;

/** How the names of folders begin that this process is still writing. A stack's processes end before the next one starts. */
export const unfinishedPrefix = `.${process.pid}.`;

/**
 * Removes what earlier runs left in the runner's work directory: folders of jobs that were killed, unpacked commits,
 * half-written caches but for this process's own, and all but the latest dependencies. Only while no workflow runs.
 */
export async function sweepWorkDirectory(workDirectory: string): Promise<void> {
  const remove = (path: string) => rm(path, { recursive: true, force: true });
  await Promise.all([remove(join(workDirectory, "jobs")), remove(join(workDirectory, "actions"))]);
  const folder = join(workDirectory, "dependencies");
  const names = await readdir(folder).catch(() => []);
  const finished = names.filter((name) => !name.startsWith("."));
  const dated = await Promise.all(
    finished.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })),
  );
  const old = dated.toSorted((a, b) => b.at - a.at).slice(mostLockfiles);
  const abandoned = names.filter((name) => name.startsWith(".") && !name.startsWith(unfinishedPrefix));
  const doomed = [...abandoned, ...old.map(({ name }) => name)];
  await Promise.all(doomed.map((name) => remove(join(folder, name))));
}
