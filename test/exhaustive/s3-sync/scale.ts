import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StepEnd, StepProcess } from "../../action-process.ts";
import type { FaultCase } from "../fault-area.ts";
import type { Stage } from "./stage.ts";

const folders = 100;
const filesPerFolder = 1000;
const mostBytes = 200 * 1024 * 1024;
/** Requests of a sync besides one for each changed file and one for each thousand listed: record, config, probe. */
const constantRequests = 20;
/** The lease is renewed every so often. */
const secondsPerRenewal = 20;

/** A site of 100,000 files: a first upload, and a sync that has nothing to do. */
export function scaleCases(stage: Stage): readonly FaultCase[] {
  return [{ id: "scale:100000-files:memory", run: () => syncMany(stage) }];
}

async function syncMany(stage: Stage): Promise<void> {
  const files = folders * filesPerFolder;
  const source = await mkdtemp(join(tmpdir(), "s3-sync-many-"));
  try {
    await writeMany(source);
    await stage.newBucket();
    stage.liveBy = undefined;
    const problems: string[] = [];
    for (const [name, atMost] of [
      ["first", files],
      ["again", files / 1000],
    ] as const) {
      const { end, peakBytes, seconds } = await measured(stage.start({ source, config: "{}" }));
      const requests = Number(end.outputs.requests) - Math.ceil(seconds / secondsPerRenewal);
      if (end.code !== 0) problems.push(`${name}: it failed:\n${end.log.slice(-2000)}`);
      if (peakBytes > mostBytes) problems.push(`${name}: ${Math.round(peakBytes / 1024 ** 2)} MiB in memory`);
      if (requests > atMost + constantRequests) problems.push(`${name}: ${requests} requests`);
      const expected = name === "first" ? "true" : "false";
      if (end.outputs.changed !== expected) problems.push(`${name}: changed is ${end.outputs.changed}`);
    }
    const kept = (await stage.keys()).length;
    if (kept !== files + 2) problems.push(`the bucket has ${kept} objects`);
    if (problems.length > 0) throw new Error(problems.join("\n"));
  } finally {
    await rm(source, { recursive: true, force: true });
  }
}

async function writeMany(source: string): Promise<void> {
  await writeFile(join(source, "index.html"), "<!doctype html>");
  for (let folder = 0; folder < folders; folder += 1) {
    const path = join(source, `f${folder}`);
    await mkdir(path);
    const names = Array.from({ length: filesPerFolder }, (_, index) => `${index}.txt`);
    await Promise.all(names.map((name) => writeFile(join(path, name), `${folder}/${name}`)));
  }
}

/** The most memory that a step held at once, by the kernel's own count. */
async function measured({ child, finished }: StepProcess): Promise<{
  readonly end: StepEnd;
  readonly peakBytes: number;
  readonly seconds: number;
}> {
  const started = performance.now();
  let peakBytes = 0;
  const timer = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      peakBytes = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024 || peakBytes;
    } catch {
      // It has just ended.
    }
  }, 100);
  const end = await finished;
  clearInterval(timer);
  return { end, peakBytes, seconds: (performance.now() - started) / 1000 };
}
