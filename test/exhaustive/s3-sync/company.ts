import { until } from "../../until.ts";
import type { FaultCase } from "../fault-area.ts";
import type { Stage } from "./stage.ts";
import { nextVersion, update } from "./ways.ts";

/** So many requests of the first sync are tried as the place where the second one comes in. */
const places = 12;

/** Two syncs of one site at once: the second runs to its end while the first one waits at a request. */
export function companyCases(stage: Stage): readonly FaultCase[] {
  return Array.from({ length: places }, (_, index) => ({
    id: `company:${String(index + 1).padStart(2, "0")}:meanwhile`,
    run: () => meet(stage, index),
  }));
}

async function meet(stage: Stage, index: number): Promise<void> {
  await update.begin(stage, false);
  stage.liveBy = undefined;
  const [one, two] = [nextVersion(), nextVersion()];
  stage.expect(one);
  stage.expect(two);
  const inputs = [await update.inputs(stage, one), await update.inputs(stage, two)] as const;
  const visitor = stage.visit();
  stage.aws.faults.add({ service: "s3", after: index, times: 1, hold: "before" });
  const first = stage.start(inputs[0], 1);
  const isHeld = () => stage.aws.faults.list().some(({ struck }) => struck > 0);
  let isOver = false;
  void first.finished.then(() => {
    isOver = true;
  });
  await until(() => isOver || isHeld());
  const second = await stage.start(inputs[1], 2).finished;
  stage.aws.faults.clear();
  const ends = [await first.finished, second];
  const problems: string[] = [];
  const winners = [one, two].filter((_, place) => ends[place]?.code === 0);
  if (winners.length === 0) problems.push("both failed");
  for (const { code, log } of ends) {
    if (code !== 0 && !/SiteChangedMeanwhile|SiteBusy/.test(log))
      problems.push(`it was not told why:\n${log}`);
  }
  const faults = await Promise.all(winners.map((winner) => stage.faultsOf(winner)));
  if (winners.length > 0 && faults.every((list) => list.length > 0)) {
    problems.push(`no version is whole: ${faults.flat().join(", ")}`);
  }
  problems.push(...(await visitor.stop()));
  const last = await stage.start(inputs[1], 2, 2).finished;
  if (last.code !== 0) problems.push(`a later run failed:\n${last.log}`);
  problems.push(...(await stage.faultsOf(two)));
  if (problems.length > 0) throw new Error(problems.join("\n"));
}
