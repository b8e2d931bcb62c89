import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** A process group that the stack started, as it stands in `processes.json` for whoever has to clean up. */
export interface ProcessRecord {
  readonly pid: number;
  /** Field 22 of /proc/<pid>/stat: with the pid, it names a process for as long as the machine is up. */
  readonly startTime: string;
  readonly command: string;
}

/**
 * Every child of the stack: started in a group of its own with exactly the environment given, recorded on disk before
 * anything else happens, ended with its whole group. Nothing that is not recorded here is ever signalled.
 */
export class Processes {
  readonly #file: string;
  readonly #records = new Map<number, ProcessRecord>();

  constructor(file: string) {
    this.#file = file;
  }

  /** Starts a program as leader of a new process group. `env` is the whole environment: nothing is inherited. */
  start(
    command: string,
    args: readonly string[],
    options: SpawnOptions & { readonly env: NodeJS.ProcessEnv },
  ): ChildProcess {
    const child = spawn(command, args, { ...options, detached: true });
    const { pid } = child;
    if (pid !== undefined) {
      this.#records.set(pid, { pid, startTime: startTimeOf(pid) ?? "", command });
      this.#save();
      child.once("exit", () => {
        if (groupMembers(pid).length > 0) return;
        this.#records.delete(pid);
        this.#save();
      });
    }
    return child;
  }

  /** Ends a group: SIGTERM, then SIGKILL after `graceMs`. Resolves when no member is left. */
  async end(pid: number, graceMs: number): Promise<void> {
    signalGroup(pid, "SIGTERM");
    await endOfGroup(pid, graceMs);
    signalGroup(pid, "SIGKILL");
    await endOfGroup(pid, 2000);
    this.#records.delete(pid);
    this.#save();
  }

  async endAll(graceMs: number): Promise<void> {
    await Promise.all([...this.#records.keys()].map((pid) => this.end(pid, graceMs)));
  }

  #save(): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    const temporary = `${this.#file}.new`;
    writeFileSync(temporary, JSON.stringify([...this.#records.values()], null, 2));
    renameSync(temporary, this.#file);
  }
}

/**
 * Ends what a killed stack left running, by recorded pid and start time. A group whose leader is gone is ours as long as
 * it has members: a pid is not given out again while a process group bears it. Returns what was ended.
 */
export async function endOrphans(file: string): Promise<readonly ProcessRecord[]> {
  const orphans = readRecords(file).filter(({ pid, startTime }) => {
    const current = startTimeOf(pid);
    return current === undefined ? groupMembers(pid).length > 0 : current === startTime;
  });
  for (const { pid } of orphans) {
    signalGroup(pid, "SIGTERM");
    await endOfGroup(pid, 5000);
    signalGroup(pid, "SIGKILL");
    await endOfGroup(pid, 2000);
  }
  return orphans;
}

function readRecords(file: string): ProcessRecord[] {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as ProcessRecord[];
  } catch {
    return [];
  }
}

/** When the process started, in clock ticks since boot; undefined when there is none, or only its zombie. */
export function startTimeOf(pid: number): string | undefined {
  const fields = statOf(pid);
  return fields === undefined || fields[0] === "Z" ? undefined : fields[19];
}

/** The fields of /proc/<pid>/stat after the command, which may itself hold spaces and brackets: state, ppid, pgrp, … */
function statOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

function groupMembers(group: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const fields = statOf(pid);
      return fields !== undefined && fields[0] !== "Z" && Number(fields[2]) === group;
    });
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function endOfGroup(group: number, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    if (groupMembers(group).length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
