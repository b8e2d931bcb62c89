import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const packages = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "node_modules");

/** A small repository with an API, a site and two migrations, its packages installed. */
const files: Readonly<Record<string, string>> = {
  ".gitattributes": "* text=auto eol=lf\n",
  ".gitignore": "node_modules/\nrelease/\nfrontend/dist/\n",
  ".ebextensions/options.config": "option_settings:\n  aws:elasticbeanstalk:command:\n    Timeout: 600\n",
  ".platform/hooks/prebuild/check.sh": "#!/bin/sh\nexit 0\n",
  "package.json": '{ "private": true, "type": "module" }\n',
  "package-lock.json": "{}\n",
  "backend/src/main.ts": 'import { greet } from "./greet.ts";\nconsole.log(greet("world"));\n',
  "backend/src/greet.ts": 'export const greet = (who: string): string => "hello to " + who;\n',
  "backend/migrations/20260101T000000Z-first.ts":
    'export const phase = "expand";\nexport async function up(): Promise<void> {}\nexport async function down(): Promise<void> {}\n',
  "backend/migrations/20260101T000001Z-second.ts":
    'export const phase: string = "contract";\nexport async function up(): Promise<void> {}\nexport const down = false;\n',
  "frontend/build.mjs":
    'import { cpSync } from "node:fs";\ncpSync("frontend/pages", "frontend/dist", { recursive: true });\n',
  "frontend/pages/index.html": "<!doctype html><script src=/assets/app-B1x9_a3f.js></script>\n",
  "frontend/pages/assets/app-B1x9_a3f.js": "console.log(1);\n",
  "frontend/pages/robots.txt": "User-agent: *\n",
};

export class Workspace {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
    this.write(files);
    this.git("init", "--quiet", "--initial-branch=main");
    this.git("add", "--all");
    this.git("update-index", "--chmod=+x", ".platform/hooks/prebuild/check.sh");
    this.git("commit", "--quiet", "--message", "first");
    this.git("checkout", "--quiet", "--force", "HEAD", "--", ".");
    mkdirSync(join(directory, "node_modules"));
    symlinkSync(join(packages, "esbuild"), join(directory, "node_modules", "esbuild"));
    this.markInstalled();
  }

  write(changes: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(changes)) {
      mkdirSync(dirname(join(this.directory, path)), { recursive: true });
      writeFileSync(join(this.directory, path), text);
    }
  }

  commit(changes: Readonly<Record<string, string>>): void {
    this.write(changes);
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", "next");
  }

  /** Says that the packages of the lockfile are installed, as prepare.mjs and the actions do. */
  markInstalled(): void {
    const lockfile = readFileSync(join(this.directory, "package-lock.json"));
    const sum = createHash("sha256").update(lockfile).digest("hex");
    writeFileSync(join(this.directory, "node_modules", ".installed-lockfile"), `${sum}\n`);
  }

  /** The same commit has the same id in every workspace: names and times are fixed. */
  git(...args: readonly string[]): string {
    const time = "2026-01-02T03:04:05Z";
    return execFileSync("git", args, {
      cwd: this.directory,
      encoding: "utf8",
      env: {
        PATH: process.env.PATH,
        HOME: this.directory,
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_AUTHOR_NAME: "Ada",
        GIT_AUTHOR_EMAIL: "ada@example.org",
        GIT_AUTHOR_DATE: time,
        GIT_COMMITTER_NAME: "Ada",
        GIT_COMMITTER_EMAIL: "ada@example.org",
        GIT_COMMITTER_DATE: time,
      },
    });
  }
}
