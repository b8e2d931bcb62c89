import { readdirSync, readFileSync } from "node:fs";
import type { Processes } from "../../processes.ts";

/** A variable in every step's environment, which their children inherit: how processes left behind are known. */
export const trackingVariable = "RUNNER_TRACKING_ID";

/**
 * Kills what the steps of a job left running, as GitHub's runner does when a job completes: every process that carries
 * the job's tracking id. Returns a line for the log for each.
 */
export async function endOrphans(
  trackingId: string,
  groups: ReadonlySet<number>,
  processes: Processes,
): Promise<readonly string[]> {
  const orphans = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => readProc(pid, "environ").split("\0").includes(`${trackingVariable}=${trackingId}`));
  const lines = orphans.map(
    (pid) => `Terminate orphan process: pid (${pid}) (${readProc(pid, "comm").trim()})`,
  );
  for (const pid of orphans) kill(pid);
  // Their groups are on record until they are ended there as well.
  await Promise.all([...groups].map((group) => processes.end(group, 0)));
  return lines;
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    // It ended meanwhile, or belongs to someone else.
    return "";
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
