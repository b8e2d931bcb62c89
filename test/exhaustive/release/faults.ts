import type { Fault, Recovery } from "./fault-case.ts";
import type { Point } from "./points.ts";
import type { Flow } from "./stage.ts";
import { atRequest, atStep, atTable, type Trigger } from "./trigger.ts";

/** The steps that change anything, by job of the called workflow. */
const steps: Readonly<Record<Flow, readonly (readonly [job: string, step: string])[]>> = {
  deploy: [
    ["deploy", "Begin"],
    ["deploy", "Schema"],
    ["deploy", "API"],
    ["deploy", "Site"],
    ["deploy", "Verify"],
    ["deploy", "Finish"],
    ["deploy", "Complete job"],
  ],
  rollback: [
    ["rollback", "rollback"],
    ["rollback", "Complete job"],
  ],
  resume: [
    ["rollback", "resume"],
    ["rollback", "Complete job"],
  ],
};

/** Where a deploy that was lost is taken up again, and a rollback. */
const recoveries: Readonly<Record<Flow, readonly Recovery[]>> = {
  deploy: ["deploy", "repair"],
  rollback: ["rollback", "repair", "push"],
  resume: ["resume"],
};

/** What stops a flow at each of its steps. */
export function stepFaultsOf(flow: Flow): readonly Fault[] {
  return steps[flow].flatMap(([job, step]) => interruptions(flow, () => atStep(job, step), "at"));
}

/** Every fault of a flow, given the requests that it makes. */
export function faultsOf(flow: Flow, points: readonly Point[]): readonly Fault[] {
  return [
    ...points.flatMap((point) => requestFaults(flow, point)),
    ...stepFaultsOf(flow),
    ...rare(flow, points),
    ...["Limits", "Uploads"].flatMap((table) => interruptions(flow, () => atTable(table), "at")),
  ];
}

/** Where a service is away for half a minute: before each tier, and where an attempt is ended. */
const outageSteps: Readonly<Record<Flow, readonly string[]>> = {
  deploy: ["Begin", "API", "Site", "Finish"],
  rollback: ["rollback"],
  resume: ["resume"],
};

/** Every service, away for half a minute. */
export function outagesOf(flow: Flow): readonly Fault[] {
  return outageSteps[flow].flatMap((step) =>
    (["s3", "elasticbeanstalk", "sts", "github"] as const).map((service): Fault => {
      const trigger = atStep(flow === "deploy" ? "deploy" : "rollback", step);
      const recovery = flow === "resume" ? "resume" : "repair";
      return {
        id: `${flow}:${trigger.name}:outage-of-${service}`,
        flow,
        trouble: { kind: "outage", service, trigger },
        recovery,
      };
    }),
  );
}

/** What takes its time, and so happens once in each tier: a service that hangs, and a machine that vanishes unnoticed. */
function rare(flow: Flow, points: readonly Point[]): readonly Fault[] {
  const tiers = [/^UpdateEnvironment /, /^(Put|Copy)Object site\/index\.html/].flatMap((name) => {
    const point = points.find((one) => name.test(one.name));
    return point ? [() => atRequest(point, "before")] : [];
  });
  return [() => atTable("Limits"), ...tiers].flatMap((trigger) => {
    return (["stuck", "vanished"] as const).map((kind): Fault => {
      const at = trigger();
      // A machine that is gone while it rolls back keeps others from rolling back until GitHub ends its job: a push ends it.
      const recovery = flow === "rollback" && kind === "vanished" ? "push" : "repair";
      return { id: `${flow}:${at.name}:${kind}`, flow, trouble: { kind, trigger: at }, recovery };
    });
  });
}

/** A write is interrupted before and after its effect; every request is refused, and made to fail for a while. */
function requestFaults(flow: Flow, point: Point): readonly Fault[] {
  const failing = (["flaky", "refused"] as const).map(
    (kind): Fault => ({
      id: `${flow}:${point.name}:${kind}`,
      flow,
      trouble: { kind, point },
      recovery: "repair",
    }),
  );
  if (!point.isWrite) return failing;
  return [
    ...failing,
    ...(["before", "after"] as const).flatMap((when) =>
      interruptions(flow, () => atRequest(point, when), when),
    ),
  ];
}

function interruptions(
  flow: Flow,
  trigger: () => Trigger,
  when: "before" | "after" | "at",
): readonly Fault[] {
  return (["killed", "lost", "cancelled"] as const).flatMap((kind) => {
    // Nothing can be between a cancel before a request and one after it: the step has seen the answer by then.
    if (kind === "cancelled" && when === "before") return [];
    const made = kind === "lost" || flow === "resume" ? recoveries[flow] : (["repair"] as const);
    return made.map((recovery): Fault => {
      const at = trigger();
      const then = kind === "lost" ? `-then-${recovery}` : "";
      return {
        id: `${flow}:${at.name}:${kind}-${when}${then}`,
        flow,
        trouble: { kind, trigger: at },
        recovery,
      };
    });
  });
}
