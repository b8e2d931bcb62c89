import type { FaultArea, OpenArea } from "../fault-area.ts";
import { runFault } from "./fault-case.ts";
import { faultsOf, outagesOf, stepFaultsOf } from "./faults.ts";
import { Pair } from "./pair.ts";
import { recordPoints } from "./points.ts";

/** Deploys and rollbacks through the real workflows, interrupted and refused at every request and every step. */
export const releaseArea: FaultArea = {
  name: "release",
  promise:
    "Two releases that differ in site, API and schema go live in turn. After each fault, and the recovery where one is needed: what is live is one whole release, byte for byte; live.json, the ledger and its chain, and the Deployments page say so; no lock is left; a green run means that its release is live; and a visitor who loaded page, assets and API all the while met no failed request, no page with another release's files, and no newer site with an older API. Between fault and recovery no view calls whole what is not, an open attempt is told as such, and its deployment on GitHub is in progress.",
  open: async (say) => openReleaseArea(await Pair.open(say), say),
};

/** The area's cases on a pair that is open; closing the area closes it. */
export async function openReleaseArea(pair: Pair, say: (line: string) => void): Promise<OpenArea> {
  const { stage } = pair;
  try {
    say("recording a rollback and a deploy");
    const rollback = faultsOf("rollback", await recordPoints(stage, "rollback"));
    await pair.ensure("a");
    const deploy = faultsOf("deploy", await recordPoints(stage, "deploy"));
    const outages = (["deploy", "rollback", "resume"] as const).flatMap(outagesOf);
    return {
      cases: [...alternating(deploy, rollback), ...stepFaultsOf("resume"), ...outages].map((fault) => ({
        id: fault.id,
        run: () => runFault(pair, fault),
      })),
      close: () => stage.close(),
    };
  } catch (error) {
    await stage.close();
    throw error;
  }
}

/** In turn: what one flow leaves live is what the other starts from. */
function alternating<Item>(left: readonly Item[], right: readonly Item[]): readonly Item[] {
  const length = Math.max(left.length, right.length);
  return Array.from({ length }, (_, index) => [left[index], right[index]])
    .flat()
    .filter((item) => item !== undefined);
}
