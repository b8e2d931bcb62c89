import type { FaultRule } from "../../../local/aws/faults/fault-rule.ts";
import type { StepEnd, StepProcess } from "../../action-process.ts";
import { until } from "../../until.ts";
import type { Stage } from "./stage.ts";

/** Something that goes wrong at one request. */
export interface Fault {
  readonly name: string;
  readonly rule: FaultRule;
  /** How the step must end under it: by itself and well, by an error of its own, or by SIGKILL. */
  readonly ends: "well" | "error" | "killed";
}

export const faults: readonly Fault[] = [
  { name: "kill-before", rule: { hold: "before" }, ends: "killed" },
  { name: "kill-after", rule: { hold: "after" }, ends: "killed" },
  { name: "reset-before", rule: { drop: "before" }, ends: "well" },
  { name: "reset-after", rule: { drop: "after" }, ends: "well" },
  { name: "slow-down", rule: { status: 503, code: "SlowDown" }, ends: "well" },
  { name: "denied", rule: { status: 403, code: "AccessDenied" }, ends: "error" },
];

/** Lets it happen to the n-th request (from 0) that the step makes, and waits for the end of the step. */
export async function strike(
  stage: Stage,
  { rule, ends }: Fault,
  index: number,
  start: () => StepProcess,
): Promise<StepEnd> {
  const { id } = stage.aws.faults.add({ service: "s3", after: index, times: 1, ...rule });
  const { child, finished } = start();
  if (ends === "killed") {
    let isOver = false;
    void finished.then(() => {
      isOver = true;
    });
    const hasStruck = () => stage.aws.faults.list().some((one) => one.id === id && one.struck > 0);
    await until(() => isOver || hasStruck());
    child.kill("SIGKILL");
  }
  const end = await finished;
  stage.aws.faults.clear();
  return end;
}
