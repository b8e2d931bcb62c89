import { createHash } from "node:crypto";
import { createWriteStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";
import type { Artifacts } from "../../runner-services.ts";
import type { Counters } from "../state/counters.ts";
import { JsonFile, readJson } from "../state/json-file.ts";
import { unzip } from "./unzip.ts";

export interface Artifact {
  readonly id: number;
  readonly name: string;
  readonly runId: number;
  readonly runAttempt: number;
  readonly headBranch: string;
  readonly headSha: string;
  readonly bytes: number;
  /** sha256:… of the zip that downloads get. */
  readonly digest: string;
  readonly createdAt: string;
  readonly expiresAt: string;
}

const defaultRetentionDays = 90;

/**
 * The artifacts of the repository, each one zip file, as on GitHub: files lose their permissions, and what a job
 * changes after the upload stays out.
 */
export class ArtifactStore {
  readonly #directory: string;
  readonly #counters: Counters;
  readonly #now: () => Date;
  readonly #artifacts = new Map<number, Artifact>();

  /** Reads what is there; removes what is expired or was never finished. */
  constructor(directory: string, counters: Counters, now: () => Date) {
    this.#directory = directory;
    this.#counters = counters;
    this.#now = now;
    mkdirSync(directory, { recursive: true });
    for (const name of readdirSync(directory)) {
      const folder = join(directory, name);
      const artifact = /^\d+$/.test(name) ? readJson<Artifact>(join(folder, "artifact.json")) : undefined;
      if (artifact === undefined) rmSync(folder, { recursive: true, force: true });
      else this.#artifacts.set(artifact.id, artifact);
    }
    for (const artifact of this.#artifacts.values()) {
      if (this.isExpired(artifact)) rmSync(this.zipOf(artifact), { force: true });
    }
  }

  /** Newest first. */
  list(): readonly Artifact[] {
    return [...this.#artifacts.values()].sort((a, b) => b.id - a.id);
  }

  get(id: number): Artifact | undefined {
    return this.#artifacts.get(id);
  }

  isExpired({ expiresAt }: Artifact): boolean {
    return Date.parse(expiresAt) <= this.#now().getTime();
  }

  zipOf({ id }: Artifact): string {
    return join(this.#directory, String(id), "artifact.zip");
  }

  delete(id: number): void {
    this.#artifacts.delete(id);
    rmSync(join(this.#directory, String(id)), { recursive: true, force: true });
  }

  /** Artifacts of the run's latest attempt that has one of the name, by name. */
  ofRun(runId: number): readonly Artifact[] {
    const byName = new Map<string, Artifact>();
    for (const artifact of this.list()) {
      if (artifact.runId === runId && !byName.has(artifact.name)) byName.set(artifact.name, artifact);
    }
    return [...byName.values()];
  }

  async save(options: Parameters<Artifacts["save"]>[0], headBranch: string): ReturnType<Artifacts["save"]> {
    const { run, name } = options;
    const earlier = this.list().find(
      (other) => other.runId === run.id && other.runAttempt === run.attempt && other.name === name,
    );
    if (earlier !== undefined && !options.overwrite) {
      throw new Error(
        `an artifact named "${name}" already exists on this run; choose another name or set overwrite: true`,
      );
    }
    const id = this.#counters.next("artifact");
    const folder = join(this.#directory, `${id}.new`);
    mkdirSync(folder, { recursive: true });
    const { bytes, digest } = await writeZip(join(folder, "artifact.zip"), options.root, options.files);
    const days = options.retentionDays > 0 ? options.retentionDays : defaultRetentionDays;
    const created = this.#now();
    const artifact: Artifact = {
      id,
      name,
      runId: run.id,
      runAttempt: run.attempt,
      headBranch,
      headSha: run.sha,
      bytes,
      digest,
      createdAt: created.toISOString(),
      expiresAt: new Date(created.getTime() + days * 86_400_000).toISOString(),
    };
    new JsonFile<Artifact | undefined>(join(folder, "artifact.json"), undefined).set(artifact);
    renameSync(folder, join(this.#directory, String(id)));
    if (earlier !== undefined) this.delete(earlier.id);
    this.#artifacts.set(id, artifact);
    return { id, digest, bytes };
  }

  async load(options: Parameters<Artifacts["load"]>[0]): Promise<void> {
    const artifacts = this.ofRun(options.runId);
    const artifact = artifacts.find(({ name }) => name === options.name);
    if (artifact === undefined) {
      const names = artifacts.map(({ name }) => name).join(", ") || "none";
      throw new Error(`run ${options.runId} has no artifact "${options.name}"; it has: ${names}`);
    }
    if (!existsSync(this.zipOf(artifact))) {
      throw new Error(`artifact "${options.name}" of run ${options.runId} expired at ${artifact.expiresAt}`);
    }
    await unzip(this.zipOf(artifact), options.into);
  }
}

/** Writes the zip, uncompressed: it never leaves this machine, and a deploy waits for it. */
async function writeZip(
  file: string,
  root: string,
  files: readonly string[],
): Promise<{ readonly bytes: number; readonly digest: string }> {
  const zip = new ZipFile();
  for (const path of files.toSorted()) {
    zip.addFile(join(root, path), path, {
      compress: false,
      mode: 0o100644,
      mtime: new Date(Date.UTC(1980, 0, 1, 12)),
    });
  }
  const failed = new Promise<never>((_, reject) => zip.once("error", reject));
  failed.catch(() => {});
  zip.end();
  const hash = createHash("sha256");
  let bytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  await Promise.race([pipeline(zip.outputStream, measure, createWriteStream(file)), failed]);
  return { bytes, digest: `sha256:${hash.digest("hex")}` };
}
