import type { Matrix } from "../matrix.ts";
import type { Results } from "../results.ts";
import type { Tool } from "../tools/tool.ts";

/** True where no sync of the tool that came to its end left wrong bytes behind. */
export function isRight(tool: Tool, { sets, rtts, scenarios }: Matrix, results: Results): boolean {
  return sets.every((set) =>
    rtts.every((rttMs) =>
      scenarios.every((scenario) =>
        results
          .rounds({ set, rttMs, scenario, tool: tool.name })
          .every(({ ended, wrong }) => ended === "cut off" || wrong.content === 0),
      ),
    ),
  );
}
