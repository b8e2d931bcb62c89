import { setTimeout as sleep } from "node:timers/promises";
import type { CellName, Measured, Results } from "./results.ts";
import type { Servers } from "./servers/servers.ts";
import type { CheckedBucket, Difference } from "./site/bucket-check.ts";
import type { ExpectedSite } from "./site/site.ts";
import { type Program, watchProcess } from "./tools/watch-process.ts";

export interface MeasureContext {
  readonly servers: Servers;
  readonly results: Results;
  /** A sync that takes longer is cut off. */
  readonly limitSeconds: number;
  readonly say: (line: string) => void;
}

export interface MeasuredSync {
  readonly bucket: CheckedBucket;
  readonly program: Program;
  /** What the bucket should hold afterwards. */
  readonly expected: ExpectedSite;
  /** Keys that may be there besides. */
  readonly alsoThere?: readonly string[];
}

/** Runs one sync, and looks at what it left in the bucket. */
export async function measureSync(
  { servers, results, limitSeconds, say }: MeasureContext,
  cell: CellName,
  { bucket, program, expected, alsoThere = [] }: MeasuredSync,
): Promise<Measured> {
  const before = await servers.traffic();
  const { output, ...watched } = await watchProcess(program, limitSeconds);
  // The stand-in writes its log after it has answered; requests of a tool that was cut off come to an end.
  await sleep(watched.ended === "cut off" ? 1000 : 50);
  const after = await servers.traffic();
  const { content, types, caching } = without(alsoThere, await bucket.compare(expected));
  const measured: Measured = {
    ...watched,
    requests: after.requests - before.requests,
    bytes: after.bytesIn + after.bytesOut - before.bytesIn - before.bytesOut,
    standInLoad: (after.cpuMs - before.cpuMs) / 1000 / watched.seconds,
    wrong: { content: content.length, types: types.length, caching: caching.length },
  };
  results.add(cell, measured);
  const verdict = measured.ended === "well" ? "" : `, ended ${measured.ended}`;
  const wrong = content.length === 0 ? "" : `, ${content.length} files wrong`;
  say(
    `${cell.set} files, ${cell.rttMs} ms, ${cell.scenario}, ${cell.tool}: ${measured.seconds.toFixed(2)} s, ${measured.requests} requests${verdict}${wrong}`,
  );
  if (measured.ended === "badly") say(output);
  return measured;
}

/** Many times what the slowest takes for the most files, without a delay. */
const preparingSeconds = 300;

/** Runs a sync that is not measured. */
export async function prepareSync(program: Program): Promise<void> {
  const { ended, output } = await watchProcess(program, preparingSeconds);
  if (ended !== "well") throw new Error(`${program.file} ended ${ended}:\n${output}`);
}

/** The difference, but for the content of these keys. */
export function without(keys: readonly string[], { content, ...rest }: Difference): Difference {
  return { ...rest, content: content.filter((key) => !keys.includes(key)) };
}
