import type { ChildProcess } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startTimeOf } from "../../processes.ts";

const startTimeoutMs = 60_000;

interface Start {
  readonly dataDirectory: string;
  readonly logFile: string;
  readonly port: number;
}

/** Why a server did not start, and whether that may be over in a moment. */
interface StartFailure {
  readonly error: Error;
  readonly mayPass: boolean;
}

/** Waits as pg_ctl does: PostgreSQL writes its state into line 8 of postmaster.pid. */
export async function untilReady(child: ChildProcess, at: Start): Promise<"ready" | StartFailure> {
  let failure: Error | undefined;
  child.once("error", (error) => {
    failure = error;
  });
  const deadline = performance.now() + startTimeoutMs;
  while (performance.now() < deadline) {
    if (failure) {
      const error = new Error(`PostgreSQL could not be started: ${failure.message}`, { cause: failure });
      return { error, mayPass: false };
    }
    if (child.exitCode !== null || child.signalCode !== null) return failureOf(at);
    const lines = readLock(at.dataDirectory);
    if (lines?.[0] === String(child.pid) && lines[7]?.trim() === "ready") return "ready";
    await sleep(15);
  }
  const error = new Error(
    `PostgreSQL did not become ready within ${startTimeoutMs / 1000} s; the reason is in "${at.logFile}"`,
  );
  return { error, mayPass: false };
}

function failureOf(at: Start): StartFailure {
  const log = readFileSync(at.logFile, "utf8").trim();
  if (/could not bind .*Address already in use/.test(log)) {
    const error = new Error(
      `port ${at.port} of 127.0.0.1, which the database wants, is in use by another program. ` +
        "End that program, or give the database another port",
    );
    return { error, mayPass: false };
  }
  if (/lock file "postmaster.pid" already exists|pre-existing shared memory block/.test(log)) {
    const pid = readLock(at.dataDirectory)?.[0];
    const error = new Error(
      `another PostgreSQL (process ${pid ?? "unknown"}) is running on "${at.dataDirectory}". End it, then try again`,
    );
    return { error, mayPass: pid === undefined || !isPostgres(Number(pid)) };
  }
  const remedy = /No space left on device/.test(log) ? ". Free disk space, then try again" : "";
  const last = log.split("\n").slice(-5).join("\n");
  const error = new Error(
    `PostgreSQL ended while it was starting${remedy}. The end of "${at.logFile}":\n${last}`,
  );
  return { error, mayPass: false };
}

/** After a reboot the recorded pid may belong to any program of the same user, which PostgreSQL takes for its own kind. */
export function removeForeignLock(dataDirectory: string): void {
  const pid = Number(readLock(dataDirectory)?.[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isRunning(pid) || isPostgres(pid)) return;
  rmSync(join(dataDirectory, "postmaster.pid"), { force: true });
}

function readLock(dataDirectory: string): string[] | undefined {
  try {
    return readFileSync(join(dataDirectory, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  return commandOf(pid) !== undefined;
}

/** A killed server whose parent never looks stays in the table of processes, by name, for as long as that parent lives. */
function isPostgres(pid: number): boolean {
  return startTimeOf(pid) !== undefined && commandOf(pid) === "postgres";
}

function commandOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return undefined;
  }
}
