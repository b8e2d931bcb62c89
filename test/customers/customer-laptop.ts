import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { State } from "../../local/state.ts";
import { Laptop, type Running } from "../laptop.ts";
import { CustomerRepository } from "./customer-repository.ts";

type Finished = Awaited<Running["finished"]>;

/** The machine of somebody who tries the pipeline with a repository of theirs, and the commands they type. */
export class CustomerLaptop<Repository extends CustomerRepository = CustomerRepository> {
  readonly repository: Repository;
  readonly #laptop = new Laptop();
  readonly #folder = mkdtempSync(join(tmpdir(), "udagram-customer-"));
  #start: Running | undefined;

  /** `found` makes the repository in the folder that it is given. */
  constructor(name: string, found: (folder: string) => Repository) {
    this.repository = found(join(this.#folder, name));
  }

  get state(): State {
    return this.#laptop.state;
  }

  /** Every line that the newest run printed. */
  get log(): string {
    return this.#laptop.logOfLatestRun();
  }

  /** `npm start` with the repository, until it has ended deploying; returns what it printed. `properties` are a file of `--env`. */
  async start(properties = ""): Promise<string> {
    const file = join(this.#folder, "theirs.env");
    writeFileSync(file, properties);
    const env = properties === "" ? [] : ["--env", file];
    this.#start = this.#laptop.begin("npm", ["start", "--", ...this.#its, ...env]);
    await this.#start.says(/^Stop:/m);
    return this.#start.output;
  }

  /** A command about the repository's stack: `rollback`, `runs`. */
  run(script: string, ...options: readonly string[]): Promise<Finished> {
    return this.#laptop.run("npm", "run", script, "--", ...options, ...this.#its);
  }

  push(branch = "main", ...options: readonly string[]): Promise<Finished> {
    const { remote } = this.state.github;
    return this.#laptop.run(
      "git",
      ...["-C", this.repository.folder, "push", ...options, remote, `HEAD:refs/heads/${branch}`],
    );
  }

  /** Rows of the app's database. */
  async query(sql: string): Promise<readonly unknown[]> {
    const { url, ca } = this.state.database;
    const client = new pg.Client({ connectionString: url.replace(/\?.*$/, ""), ssl: { ca } });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  /** Ctrl-C. */
  async stop(): Promise<Finished | undefined> {
    return this.#start?.interrupt();
  }

  async dispose(): Promise<void> {
    await this.#laptop.dispose();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  get #its(): readonly string[] {
    return ["--repository", this.repository.folder];
  }
}
