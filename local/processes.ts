import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** A process group that the stack started, as it stands in `processes.json` for whoever has to clean up. */
interface ProcessRecord {
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
        if (!groupExists(pid) && this.#records.delete(pid)) this.#save();
      });
    }
    return child;
  }

  /** Ends a group: SIGTERM, then SIGKILL after `graceMs`. Resolves when no member is left. */
  async end(pid: number, graceMs: number): Promise<void> {
    signal(-pid, "SIGTERM");
    await endOfGroup(pid, graceMs);
    signal(-pid, "SIGKILL");
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
 * Ends every process that has the variable with that value in its environment: what children started in groups of their
 * own. Returns how many there were.
 */
export async function endMarked(name: string, value: string): Promise<number> {
  const marked = (): number[] =>
    everyPid().filter((pid) => pid !== process.pid && environmentOf(pid).includes(`${name}=${value}`));
  const found = marked();
  for (const pid of found) signal(pid, "SIGTERM");
  for (let waited = 0; waited < 2000 && marked().length > 0; waited += 50) await pause(50);
  for (const pid of marked()) signal(pid, "SIGKILL");
  return found.length;
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
  await Promise.all(
    orphans.map(async ({ pid }) => {
      signal(-pid, "SIGTERM");
      await endOfGroup(pid, 5000);
      signal(-pid, "SIGKILL");
      await endOfGroup(pid, 2000);
    }),
  );
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

function everyPid(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** The environment that the process was started with; [] for processes of other users, and those that are gone. */
function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    return [];
  }
}

function groupMembers(group: number): number[] {
  return everyPid().filter((pid) => {
    const fields = statOf(pid);
    return fields !== undefined && fields[0] !== "Z" && Number(fields[2]) === group;
  });
}

/** Cheaper than to look for its members; also true while only zombies are left of it. */
function groupExists(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Signals a process, or with a negative pid a group; one that is gone is none to signal. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function endOfGroup(group: number, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    if (!groupExists(group) || groupMembers(group).length === 0) return;
    await pause(20);
  }
}
