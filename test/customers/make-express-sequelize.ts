// node test/customers/make-express-sequelize.ts: makes the first customer anew, with its pinned generators, and the lockfile.
// With --check it says how what is committed differs from that; the lockfile, which the registry decides, is left out.
import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { deleted, migration, replaced, written } from "./express-sequelize-edits.ts";

const customer = join(import.meta.dirname, "express-sequelize");
const lockfile = "package-lock.json";

function generate(folder: string): void {
  const run = (cwd: string, packages: readonly string[], ...command: readonly string[]): void => {
    const given = packages.map((name) => `--package=${name}`);
    execFileSync("npm", ["exec", "--yes", ...given, "--", ...command], {
      cwd: join(folder, cwd),
      stdio: ["ignore", "ignore", "inherit"],
    });
  };
  const sequelize = ["sequelize-cli@6.6.5", "sequelize@6.37.8", "pg@8.23.1"];
  run(".", ["express-generator@4.16.1"], "express", "--view=pug", "--git", "api");
  run("api", sequelize, "sequelize-cli", "init");
  run("api", sequelize, "sequelize-cli", "model:generate", "--name", "Tag", "--attributes", "name:string");
  run(".", ["create-vite@9.3.0"], "create-vite", "web", "--template", "react", "--no-interactive");
}

function edit(folder: string): void {
  const [generated = ""] = readdirSync(join(folder, "api", "migrations"));
  renameSync(join(folder, "api", "migrations", generated), join(folder, migration));
  for (const path of deleted) rmSync(join(folder, path), { recursive: true });
  for (const [path, changes] of Object.entries(replaced)) {
    const file = join(folder, path);
    let text = readFileSync(file, "utf8");
    for (const { from, to } of changes) {
      if (!text.includes(from)) throw new Error(`${path} of the generator has no longer: ${from}`);
      text = text.replace(from, () => to);
    }
    writeFileSync(file, text);
  }
  for (const [path, text] of Object.entries(written)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function filesOf(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, "latin1")]));
}

const made = mkdtempSync(join(tmpdir(), "udagram-customer-"));
try {
  generate(made);
  edit(made);
  if (process.argv.includes("--check")) {
    const [committed, fresh] = [filesOf(customer), filesOf(made)];
    const names = new Set([...committed.keys(), ...fresh.keys()]);
    const differing = [...names].filter(
      (name) => name !== lockfile && committed.get(name) !== fresh.get(name),
    );
    for (const name of differing) console.log(`${name} is not what the generators and the edits make`);
    process.exitCode = differing.length === 0 ? 0 : 1;
  } else {
    execFileSync("npm", ["install", "--package-lock-only", "--no-audit", "--no-fund"], {
      cwd: made,
      stdio: "inherit",
    });
    rmSync(customer, { recursive: true, force: true });
    cpSync(made, customer, { recursive: true });
  }
} finally {
  rmSync(made, { recursive: true, force: true });
}
