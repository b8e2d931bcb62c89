// Runs before `npm start` and `npm test`, on whatever Node the user has (20.19 or newer): plain JavaScript, no
// dependencies. Installs what the lockfile names when that is not what is installed, then makes sure that Node 24 is there.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const marker = join(root, "node_modules", ".installed-lockfile");

/** Ends with one message that names what is wrong and what to do. */
function fail(message) {
  process.stderr.write(`error: ${message}\n`);
  process.exit(1);
}

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Node ${process.versions.node} is too old to install this repository; use Node 20.19 or newer`);
}

/**
 * Whether npm itself put there what the lockfile names: it keeps its own record of that, written when all of it is in place.
 * Packages for other platforms are not installed.
 */
function isInstalledByNpm(lockfile) {
  const record = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const { packages: there } = JSON.parse(readFileSync(record, "utf8"));
  const { packages: named } = JSON.parse(lockfile);
  return Object.entries(named).every(
    ([path, wanted]) =>
      path === "" || JSON.stringify(there[path] ?? (wanted.optional && wanted)) === JSON.stringify(wanted),
  );
}

/**
 * Waits until no other process installs here: two at once take each other's half-written folders away. The lock names its process,
 * so that one which died holds nobody up. Returns what gives it back.
 */
function lockInstall() {
  const name = createHash("sha256").update(root).digest("hex").slice(0, 16);
  const lock = join(tmpdir(), `install-${name}.lock`);
  const own = `${lock}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  let hasTold = false;
  try {
    for (;;) {
      try {
        // A link either makes the whole file appear or fails: nobody reads half a lock.
        linkSync(own, lock);
        return () => rmSync(lock, { force: true });
      } catch (error) {
        if (error.code !== "EEXIST") throw error;
      }
      const holder = existsSync(lock) ? Number(readFileSync(lock, "utf8")) : 0;
      if (holder === 0) continue;
      if (!isAlive(holder)) {
        rmSync(lock, { force: true });
        continue;
      }
      if (!hasTold) process.stdout.write(`Waiting for another install of this folder (process ${holder})…\n`);
      hasTold = true;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  } finally {
    rmSync(own, { force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

const lockfile = readFileSync(join(root, "package-lock.json"), "utf8");
const digest = createHash("sha256").update(lockfile).digest("hex");
const installed = () => (existsSync(marker) ? readFileSync(marker, "utf8").trim() : "");

const unlock = installed() === digest ? () => {} : lockInstall();
process.on("exit", unlock);
// Whoever had the lock before may have done it.
if (installed() !== digest && isInstalledByNpm(lockfile)) writeFileSync(marker, `${digest}\n`);
else if (installed() !== digest) {
  process.stdout.write("Installing dependencies (npm ci); this takes about a minute the first time…\n");
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: "inherit",
  });
  if (npm.error) fail(`npm could not be started (${npm.error.message}); install npm 10 or newer`);
  if (npm.status !== 0)
    fail(
      "npm ci failed; its messages are above. Check the network and free disk space, then run the command again",
    );
  writeFileSync(marker, `${digest}\n`);
}

if (!existsSync(join(root, "node_modules", ".bin", "node")) && major < 24) {
  fail(
    `this repository runs on Node 24; none is packaged for ${process.platform}-${process.arch} and yours is ${process.versions.node}. Install Node 24 and run the command again`,
  );
}
