import { mkdirSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { CellName, Results } from "./results.ts";
import { measureCeiling, warmUp } from "./servers/ceiling.ts";
import { startServers } from "./servers/servers.ts";
import { SetBench } from "./set-bench.ts";
import type { SetName } from "./site/site.ts";
import type { Scenario, Tool } from "./tools/tool.ts";

export interface Matrix {
  readonly sets: readonly SetName[];
  readonly rtts: readonly number[];
  readonly scenarios: readonly Scenario[];
  readonly tools: readonly Tool[];
  readonly rounds: number;
  /** A sync that takes longer is cut off. */
  readonly limitSeconds: number;
  /** A tool that took longer in one round is not measured in the next ones. */
  readonly onceSeconds: number;
}

/** Measures every cell that the results lack, and tells how far it is. */
export async function measureMatrix(
  matrix: Matrix,
  results: Results,
  folder: string,
  say: (line: string) => void,
): Promise<void> {
  for (const set of matrix.sets) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const servers = await startServers(folder, matrix.rtts);
    try {
      if (results.ceiling === undefined) {
        say("the ceiling of the stand-in …");
        results.ceiling = await measureCeiling(servers);
      } else {
        await warmUp(servers);
      }
      say(`${set} files: making them …`);
      const bench = await SetBench.open({
        set,
        servers,
        folder,
        results,
        limitSeconds: matrix.limitSeconds,
        say,
      });
      await measureSet(set, matrix, results, bench);
    } finally {
      servers.close();
      // The stand-in ends by itself; what it still wrote must not make the folder's removal fail.
      await sleep(300);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }
}

/** Round by round, so that whatever else the machine does meets all tools alike. */
async function measureSet(set: SetName, matrix: Matrix, results: Results, bench: SetBench): Promise<void> {
  for (let round = 0; round < matrix.rounds; round += 1) {
    for (const rttMs of matrix.rtts) {
      for (const scenario of matrix.scenarios) {
        for (const tool of inTurn(matrix.tools, round)) {
          if (!tool.scenarios.includes(scenario)) continue;
          if (!isDue({ set, rttMs, scenario, tool: tool.name }, round, matrix, results)) continue;
          await bench.measure(tool, scenario, rttMs);
        }
      }
    }
  }
}

/** Another tool comes first in each round: what the one before left to do in the stand-in is not always the same one's to bear. */
function inTurn(tools: readonly Tool[], round: number): readonly Tool[] {
  const first = round % tools.length;
  return [...tools.slice(first), ...tools.slice(0, first)];
}

/** Not measured yet in this round, and neither too slow to be measured again nor cut off at a shorter round trip. */
function isDue(cell: CellName, round: number, matrix: Matrix, results: Results): boolean {
  const rounds = results.rounds(cell);
  if (rounds.length > round) return false;
  if (rounds.some(({ seconds }) => seconds > matrix.onceSeconds)) return false;
  const shorter = matrix.rtts.filter((rttMs) => rttMs < cell.rttMs);
  const wasCutOff = shorter.some((rttMs) =>
    results.rounds({ ...cell, rttMs }).some(({ ended }) => ended === "cut off"),
  );
  return !wasCutOff;
}
