import type { FaultArea, FaultCase } from "../fault-area.ts";
import { companyCases } from "./company.ts";
import { type Fault, faults, strike } from "./faults.ts";
import { scaleCases } from "./scale.ts";
import { Stage } from "./stage.ts";
import { nextVersion, type Way, ways } from "./ways.ts";

/** s3-sync on its own: every fault at every request of every way, in turn. */
export const s3SyncArea: FaultArea = {
  name: "s3-sync",
  promise:
    "Wherever s3-sync is stopped, a second run makes the site whole, a third finds nothing to do, and someone who looks all the while never meets a missing file or a page with another version's script or style.",
  async open(say) {
    const stage = await Stage.open();
    const cases: FaultCase[] = [];
    for (const way of ways) cases.push(...(await casesOf(stage, way, say)));
    cases.push(...companyCases(stage), ...scaleCases(stage));
    return { cases, close: () => stage.close() };
  },
};

/** Every fault at every request of the way; runs the way once, to count these. */
export async function casesOf(
  stage: Stage,
  way: Way,
  say: (line: string) => void,
): Promise<readonly FaultCase[]> {
  const trials = new Trials(stage, way);
  const requests = await trials.countRequests();
  say(`${way.name} makes ${requests} requests`);
  const places = Array.from({ length: requests }, (_, index) => index);
  return [
    ...places.flatMap((index) =>
      faults.map((fault) => ({
        id: `${way.name}:${String(index + 1).padStart(2, "0")}:${fault.name}`,
        run: () => trials.atRequest(index, fault),
      })),
    ),
    ...[1, 2, 3].map((seed) => ({ id: `${way.name}:seed-${seed}:storm`, run: () => trials.inStorm(seed) })),
  ];
}

/** The cases of one way, one after the other: each begins where the one before ended, if that was well. */
class Trials {
  readonly #stage: Stage;
  readonly #way: Way;

  constructor(stage: Stage, way: Way) {
    this.#stage = stage;
    this.#way = way;
  }

  async countRequests(): Promise<number> {
    const { stage, inputs } = await this.#begin();
    const before = s3Requests(stage);
    const { code, log } = await stage.start(inputs).finished;
    if (code !== 0) throw new Error(`${this.#way.name} fails without any fault:\n${log}`);
    stage.liveBy = this.#way.name;
    return s3Requests(stage) - before;
  }

  atRequest(index: number, fault: Fault): Promise<void> {
    return this.#judge(async (stage, inputs) => {
      const { code, log } = await strike(stage, fault, index, () => stage.start(inputs));
      if (fault.ends === "well" && code !== 0) return [`the step did not get over it:\n${log}`];
      if (fault.ends === "error" && code === null) return [`the step crashed:\n${log}`];
      return [];
    });
  }

  /** Every request has a chance to fail, by 503 or by a reset, over and over. */
  inStorm(seed: number): Promise<void> {
    return this.#judge(async (stage, inputs) => {
      stage.aws.faults.add({ service: "s3", probability: 0.3, seed, status: 503, code: "SlowDown" });
      stage.aws.faults.add({ service: "s3", probability: 0.1, seed, drop: "after" });
      const { code, log } = await stage.start(inputs).finished;
      stage.aws.faults.clear();
      return code === 0 ? [] : [`the step did not get through it:\n${log}`];
    });
  }

  async #begin() {
    const stage = this.#stage;
    const isLive = stage.liveBy === this.#way.name;
    stage.liveBy = undefined;
    await this.#way.begin(stage, isLive);
    const version = nextVersion();
    stage.expect(version);
    return { stage, version, inputs: await this.#way.inputs(stage, version) };
  }

  /** Lets something happen to a run, then runs again, and again. Rejects with all that is wrong then. */
  async #judge(
    happen: (stage: Stage, inputs: Readonly<Record<string, string>>) => Promise<readonly string[]>,
  ): Promise<void> {
    const { stage, version, inputs } = await this.#begin();
    const visitor = stage.visit();
    const problems = [...(await happen(stage, inputs))];
    await visitor.looked();
    const second = await stage.start(inputs, 1, 2).finished;
    if (second.code !== 0) problems.push(`the second run failed:\n${second.log}`);
    await visitor.looked();
    problems.push(...(await visitor.stop()), ...(await stage.faultsOf(version)));
    const third = await stage.start(inputs, 1, 3).finished;
    if (third.outputs.changed !== "false")
      problems.push(`the third run found something to do:\n${third.log}`);
    if (problems.length > 0) throw new Error(problems.join("\n"));
    stage.liveBy = this.#way.name;
  }
}

function s3Requests(stage: Stage): number {
  const counts = Object.entries(stage.aws.requests.counts());
  return counts.reduce((sum, [name, count]) => sum + (name.startsWith("s3:") ? count : 0), 0);
}
