import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeFiles } from "./write-files.ts";

/** A repository of somebody else's, on a machine where the pipeline is tried with it. */
export class CustomerRepository {
  readonly folder: string;

  /** An empty one, or one of the files of a folder below test/customers; nothing is committed yet. */
  constructor(folder: string, source?: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    if (source !== undefined) cpSync(join(import.meta.dirname, source), folder, { recursive: true });
    this.git("init", "--quiet", "--initial-branch=main");
    this.git("config", "user.name", "Vera");
    this.git("config", "user.email", "vera@example.com");
  }

  /** Changes files, or deletes those without text, commits that and returns the commit. */
  commit(changes: Readonly<Record<string, string | undefined>>, subject: string): string {
    for (const [file, text] of Object.entries(changes)) {
      if (text === undefined) rmSync(join(this.folder, file));
      else writeFiles(this.folder, { [file]: text });
    }
    this.git("add", "--all");
    this.git("commit", "--quiet", "-m", subject);
    return this.git("rev-parse", "HEAD");
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), "utf8");
  }

  git(...args: readonly string[]): string {
    return execFileSync("git", args, { cwd: this.folder, encoding: "utf8" }).trim();
  }
}
