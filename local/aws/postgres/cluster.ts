import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Processes } from "../../processes.ts";
import type { Binaries } from "./binaries.ts";
import type { Launcher } from "./launch.ts";

/** Passwords of the superuser and of the role that owns the application's database; made once, kept with mode 0600. */
interface Passwords {
  readonly admin: string;
  readonly owner: string;
}

export const adminRole = "postgres";
export const ownerRole = "udagram";

/**
 * The data directory, made by `initdb` where there is none. It appears under its name only when it is whole: an
 * interrupted `initdb` leaves `data.new`, which the next start throws away.
 */
export async function ensureCluster(options: {
  readonly directory: string;
  readonly binaries: Binaries;
  readonly launcher: Launcher;
  readonly processes: Processes;
  readonly environment: Readonly<Record<string, string>>;
}): Promise<{ readonly dataDirectory: string; readonly passwords: Passwords }> {
  const { directory, launcher } = options;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const dataDirectory = join(directory, "data");
  const passwordFile = join(directory, "passwords.json");
  if (existsSync(dataDirectory)) {
    return { dataDirectory, passwords: readPasswords(passwordFile, dataDirectory) };
  }
  const passwords = { admin: secret(), owner: secret() };
  writeFileSync(passwordFile, JSON.stringify(passwords), { mode: 0o600 });

  const fresh = join(directory, "data.new");
  const adminPasswordFile = join(directory, "initdb.password");
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  launcher.own(fresh);
  writeFileSync(adminPasswordFile, `${passwords.admin}\n`, { mode: 0o600 });
  launcher.own(adminPasswordFile);
  try {
    await initialise(options, fresh, adminPasswordFile);
  } finally {
    rmSync(adminPasswordFile, { force: true });
  }
  renameSync(fresh, dataDirectory);
  return { dataDirectory, passwords };
}

async function initialise(
  options: Parameters<typeof ensureCluster>[0],
  dataDirectory: string,
  passwordFile: string,
): Promise<void> {
  const { command, args } = options.launcher.wrap(options.binaries.initdb, [
    `--pgdata=${dataDirectory}`,
    `--username=${adminRole}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--no-locale",
    // Nothing in there is worth an fsync yet; the server syncs what it writes later.
    "--no-sync",
  ]);
  const child = options.processes.start(command, args, {
    env: options.environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    output += chunk.toString("utf8");
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    output += chunk.toString("utf8");
  });
  const code = await new Promise<number | string | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode, signal) => resolve(exitCode ?? signal));
  });
  if (code === 0) return;
  const reason = output.trim().split("\n").slice(-6).join("\n");
  const remedy = /no space left/i.test(output)
    ? "Free disk space, then try again"
    : "Its last words are above";
  throw new Error(
    `could not create the database in "${dataDirectory}" (initdb ended with ${code}):\n${reason}\n${remedy}`,
  );
}

function readPasswords(file: string, dataDirectory: string): Passwords {
  try {
    const { admin, owner } = JSON.parse(readFileSync(file, "utf8")) as Partial<Passwords>;
    if (typeof admin === "string" && typeof owner === "string") return { admin, owner };
  } catch {
    // Told below, with the remedy.
  }
  throw new Error(
    `"${file}", which holds the passwords of the database in "${dataDirectory}", is missing or damaged. ` +
      "Restore it, or forget the database with npm run reset",
  );
}

function secret(): string {
  return randomBytes(24).toString("base64url");
}
