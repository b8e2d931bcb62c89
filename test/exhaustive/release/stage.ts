import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";
import { DeleteObjectsCommand, type S3Client } from "@aws-sdk/client-s3";
import { udagram } from "../../../local/app.ts";
import type { RunSummary } from "../../../local/github/server/server.ts";
import { names } from "../../../local/provision/names.ts";
import { type Stack, startStack } from "../../../local/stack.ts";
import { s3Client } from "../../../pipeline/aws/s3.ts";
import { parseManifest } from "../../../pipeline/bundle/manifest.ts";
import { type WholeManifest, wholeManifest } from "../../../pipeline/bundle/whole-manifest-fixture.ts";
import type { Live } from "../../../pipeline/releases/store/live.ts";
import { Laptop } from "../../laptop.ts";

export type Flow = "deploy" | "rollback" | "resume";

/** No run takes so long but one that hangs. */
const runSeconds = 600;

/** How long the jobs may take that change anything, as their workflows have it. */
const jobMinutesOf = { deploy: 60, rollback: 30, resume: 30, repair: 30 } as const;

/** The time that GitHub, S3 and STS have, which need not be waited for. */
class ServiceClock {
  aheadMs = 0;

  now(): Date {
    return new Date(Date.now() + this.aheadMs);
  }
}

/** A running stack with what a user's machine and an operator's tools know of it. */
export class Stage {
  readonly laptop: Laptop;
  readonly stack: Stack;
  readonly clock: ServiceClock;
  readonly s3: S3Client;
  readonly eb: ElasticBeanstalkClient;

  protected constructor(laptop: Laptop, stack: Stack, clock: ServiceClock) {
    this.laptop = laptop;
    this.stack = stack;
    this.clock = clock;
    const { endpoint, region, credentials } = stack.aws;
    this.s3 = s3Client({ endpoint, region, credentials: async () => credentials });
    this.eb = new ElasticBeanstalkClient({ endpoint, region, credentials: { ...credentials } });
  }

  /** Starts a stack on which nothing is live. `prepare` commits to the clone that it is about. */
  static async start<Prepared>(
    say: (line: string) => void,
    prepare: (laptop: Laptop) => Prepared,
  ): Promise<{ readonly stage: Stage; readonly prepared: Prepared }> {
    const laptop = new Laptop();
    laptop.environment = { UDAGRAM_PUSH_QUIETLY: "1" };
    try {
      const prepared = prepare(laptop);
      const signal = new AbortController().signal;
      const clock = new ServiceClock();
      const options = { app: udagram(laptop.clone), caller: process.env, clock, onProgress: say, signal };
      return { stage: new Stage(laptop, await startStack(options), clock), prepared };
    } catch (error) {
      await laptop.dispose();
      throw error;
    }
  }

  /** Pushes a commit and returns the manifest of the release that it has become. Throws the run's log when it is not live. */
  async takeLive(commit: string): Promise<WholeManifest> {
    const run = await this.ended(await this.push(commit));
    if (run.conclusion !== "success") throw new Error(`"${run.title}" is not live: ${this.logOf(run.id)}`);
    return this.manifestOf((await this.live()).releaseId);
  }

  async manifestOf(releaseId: string): Promise<WholeManifest> {
    const stored = `releases/${releaseId}/release.json`;
    return wholeManifest(parseManifest((await this.read(stored)) ?? "", stored));
  }

  /** An object of the release store as it is now. */
  read(name: string): Promise<string | undefined> {
    return readStored(this.stack, name);
  }

  async live(): Promise<Live> {
    return JSON.parse((await this.read(key("live.json"))) ?? "") as Live;
  }

  /** Starts the deploy of main, or rollback.yml; resolves with the number of its run. */
  async begin(flow: Flow | "repair", jobMinutes: number = jobMinutesOf[flow]): Promise<number> {
    const minutes = String(jobMinutes);
    if (flow === "deploy") return (await this.stack.github.dispatch("deploy.yml", "main", { minutes })).id;
    return this.click({ operation: flow, schema: "down", minutes });
  }

  /** Starts rollback.yml with these inputs. */
  async click(inputs: Readonly<Record<string, string>>): Promise<number> {
    const all = { to: "previous", reason: "a fault", schema: "keep", "dry-run": false, ...inputs };
    return (await this.stack.github.dispatch("rollback.yml", "main", all)).id;
  }

  /** Pushes a commit to main; resolves with the number of the run that it started, as soon as it has begun. */
  async push(commit: string): Promise<number> {
    const { github } = this.stack;
    const target = [github.gitDirectory, `${commit}:refs/heads/main`];
    const push = await this.laptop.run("git", "push", "--quiet", "--force", ...target);
    const run = github.latestRun("deploy.yml", commit);
    if (run === undefined) throw new Error(`the push started no run: ${push.output}`);
    return run.id;
  }

  /** Waits for the end of a run, at most ten minutes. */
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

  /** Waits for the end of every run that is under way, as of a deploy that `resume` started. */
  async allEnded(): Promise<void> {
    for (const { id, state } of this.stack.github.runs()) if (state !== "ended") await this.ended(id);
  }

  /** Lifts the freeze of a rollback without the deploy that `resume` starts. */
  async thaw(): Promise<void> {
    await this.remove([key("freeze.json")]);
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

  /** Takes a run's machine away, and GitHub goes on to say that it is running. */
  vanish(run: number): void {
    this.stack.github.loseRun(run);
    this.killProcessesOf(run);
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

  /** Removes objects from the release store, as no part of the product does. */
  async remove(keys: readonly string[]): Promise<void> {
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

async function readStored(stack: Stack, name: string): Promise<string | undefined> {
  const object = stack.aws.readObject(names.artifacts, name);
  return object && text(object.body);
}
