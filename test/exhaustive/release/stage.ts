import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { DeleteApplicationVersionCommand, ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";
import { DeleteObjectsCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { type Manifest, parseManifest } from "../../../actions/lib/bundle.ts";
import type { Live } from "../../../actions/lib/release/live.ts";
import type { RunSummary } from "../../../local/github/server/server.ts";
import { names } from "../../../local/provision.ts";
import { type Stack, startStack } from "../../../local/stack.ts";
import { Laptop } from "../../laptop.ts";
import { commitPair } from "./pair.ts";

export type Which = "a" | "b";

/** What is started: the deploy of B where A is live, or the rollback to A where B is live. */
export type Flow = "deploy" | "rollback";

const runSeconds = 240;

/** One running stack on which two releases go live in turn, A and after it B. */
export class Stage {
  readonly laptop: Laptop;
  readonly stack: Stack;
  readonly s3: S3Client;
  readonly eb: ElasticBeanstalkClient;
  readonly manifests: Readonly<Record<Which, Manifest>>;

  private constructor(laptop: Laptop, stack: Stack, manifests: Readonly<Record<Which, Manifest>>) {
    this.laptop = laptop;
    this.stack = stack;
    this.manifests = manifests;
    const { endpoint, region, credentials } = stack.aws;
    this.s3 = new S3Client({ endpoint, region, credentials: { ...credentials }, forcePathStyle: true });
    this.eb = new ElasticBeanstalkClient({ endpoint, region, credentials: { ...credentials } });
  }

  /** Starts the stack and takes A live, then B. */
  static async open(say: (line: string) => void): Promise<Stage> {
    const laptop = new Laptop();
    laptop.environment = { UDAGRAM_PUSH_QUIETLY: "1" };
    let stack: Stack | undefined;
    try {
      const commits = commitPair(laptop);
      const signal = new AbortController().signal;
      stack = await startStack({ root: laptop.clone, caller: process.env, onProgress: say, signal });
      const manifests: Partial<Record<Which, Manifest>> = {};
      for (const which of ["a", "b"] as const) {
        say(`taking release ${which.toUpperCase()} live`);
        const ended = await stack.github.waitForRun(await pushTo(stack, laptop, commits[which]));
        if (ended.conclusion !== "success") throw new Error(`release ${which}: ${laptop.logOfLatestRun()}`);
        const { releaseId } = JSON.parse((await readStored(stack, key("live.json"))) ?? "") as Live;
        const manifestKey = `releases/${releaseId}/release.json`;
        manifests[which] = parseManifest((await readStored(stack, manifestKey)) ?? "", manifestKey);
      }
      return new Stage(laptop, stack, manifests as Record<Which, Manifest>);
    } catch (error) {
      await stack?.stop();
      await laptop.dispose();
      throw error;
    }
  }

  /** An object of the release store as it is now. */
  read(name: string): Promise<string | undefined> {
    return readStored(this.stack, name);
  }

  async live(): Promise<Live> {
    return JSON.parse((await this.read(key("live.json"))) ?? "") as Live;
  }

  /** Starts a flow, as a push or a click does; resolves with the number of its run. */
  async start(flow: Flow | "repair"): Promise<number> {
    if (flow === "deploy") return (await this.stack.github.dispatch("deploy.yml", "main", {})).id;
    return this.click({ operation: flow, schema: "down" });
  }

  /** Starts rollback.yml with these inputs. */
  async click(inputs: Readonly<Record<string, string>>): Promise<number> {
    const all = { to: "previous", reason: "a fault", schema: "keep", "dry-run": false, ...inputs };
    return (await this.stack.github.dispatch("rollback.yml", "main", all)).id;
  }

  /** Pushes a commit to main; resolves with the number of the run that it started, as soon as it has begun. */
  push(commit: string): Promise<number> {
    return pushTo(this.stack, this.laptop, commit);
  }

  /** Waits for the end of a run, at most four minutes. */
  async ended(run: number): Promise<RunSummary> {
    const late = new AbortController();
    const timer = sleep(runSeconds * 1000, undefined, { signal: late.signal }).then(
      () => {
        throw new Error(`run ${run} did not end within ${runSeconds} s`);
      },
      () => undefined,
    );
    try {
      const summary = await Promise.race([this.stack.github.waitForRun(run), timer]);
      return summary as RunSummary;
    } finally {
      late.abort();
    }
  }

  /** Makes one of the two releases live, nothing frozen, and forgets what only the other one put into store and account. */
  async ensure(which: Which): Promise<void> {
    await this.thaw();
    if ((await this.live()).releaseId !== this.manifests[which].id) {
      const run = await this.ended(await this.start(which === "a" ? "rollback" : "deploy"));
      if (run.conclusion !== "success") {
        throw new Error(`release ${which} could not be taken live beforehand:\n${this.logOf(run.id)}`);
      }
      await this.thaw();
    }
    if (which === "a") await this.#forgetB();
  }

  /** Lifts the freeze of a rollback without the deploy that `resume` starts. */
  async thaw(): Promise<void> {
    await this.#remove([key("freeze.json")]);
  }

  /** SIGKILL for every process that belongs to a run: what is left when its machine is lost. */
  killProcessesOf(run: number): void {
    const marks = [`UDAGRAM_STACK=${join(this.laptop.clone, ".local")}`, `GITHUB_RUN_ID=${run}`];
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
        if (marks.every((mark) => environment.includes(mark))) process.kill(Number(pid), "SIGKILL");
      } catch {
        // It ended meanwhile, or belongs to somebody else.
      }
    }
  }

  /** Ends a run with everything in it; none of its jobs goes on, not even those with `always()`. */
  async loseRun(run: number): Promise<void> {
    const { api, repository, token } = this.stack.state.github;
    const response = await fetch(`${api}/repos/${repository}/actions/runs/${run}/force-cancel`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
    });
    // 409: it was over already.
    if (response.status !== 202 && response.status !== 409) throw new Error(await response.text());
  }

  async clearFaults(): Promise<void> {
    this.stack.aws.faults.clear();
    await fetch(`${this.stack.github.url}/_local/faults`, { method: "DELETE" });
  }

  /** What the run printed. */
  logOf(run: number): string {
    const events = this.laptop.read(`.local/github/runs/${run}/events.ndjson`).trim().split("\n");
    return events
      .map((line) => JSON.parse(line) as { type: string; text?: string; message?: string })
      .flatMap(({ text: printed, message }) => printed ?? message ?? [])
      .join("\n");
  }

  async close(): Promise<void> {
    this.s3.destroy();
    this.eb.destroy();
    await this.stack.stop();
    await this.laptop.dispose();
  }

  async #forgetB(): Promise<void> {
    const { a, b } = this.manifests;
    const kept = new Set(Object.values(a.site.files).map(({ sha256 }) => sha256));
    const blobs = Object.values(b.site.files).filter(({ sha256 }) => !kept.has(sha256));
    await this.#remove([
      ...["release.json", "api.zip", "migrations.tgz"].map((name) => `releases/${b.id}/${name}`),
      ...blobs.map(({ sha256 }) => `blobs/${sha256}`),
    ]);
    const version = { ApplicationName: names.application, VersionLabel: b.api.version };
    await this.eb.send(new DeleteApplicationVersionCommand(version)).catch((error: Error) => {
      // B never came that far.
      if (!/No Application Version/.test(error.message)) throw error;
    });
    // Assets of releases that are no longer live stay on the site for open pages; here they have to be written again.
    const site = { Bucket: names.site };
    const { Contents = [] } = await this.s3.send(new ListObjectsV2Command(site));
    const foreign = Contents.flatMap(({ Key }) =>
      Key === undefined || Key in a.site.files || ["config.json", "release.json"].includes(Key) ? [] : [Key],
    );
    if (foreign.length > 0) {
      await this.s3.send(
        new DeleteObjectsCommand({ ...site, Delete: { Objects: foreign.map((Key) => ({ Key })) } }),
      );
    }
  }

  async #remove(keys: readonly string[]): Promise<void> {
    await this.s3.send(
      new DeleteObjectsCommand({
        Bucket: names.artifacts,
        Delete: { Objects: keys.map((Key) => ({ Key })), Quiet: true },
      }),
    );
  }
}

/** A key below the environment's own prefix of the release store. */
export function key(name: string): string {
  return `environments/${names.environment}/${name}`;
}

async function pushTo({ github }: Stack, laptop: Laptop, commit: string): Promise<number> {
  const push = await laptop.run("git", "push", "--quiet", github.gitDirectory, `${commit}:refs/heads/main`);
  const run = github.latestRun("deploy.yml", commit);
  if (run === undefined) throw new Error(`the push started no run: ${push.output}`);
  return run.id;
}

async function readStored(stack: Stack, name: string): Promise<string | undefined> {
  const object = stack.aws.readObject(names.artifacts, name);
  return object && text(object.body);
}
