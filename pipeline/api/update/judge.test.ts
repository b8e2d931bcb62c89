import { expect } from "chai";
import fc from "fast-check";
import type {
  EnvironmentReading,
  EventReading,
  Fleet,
  InstanceReading,
  Served,
} from "../environment/observation.ts";
import { judge, notBegun } from "./judge.ts";
import type { Progress, Update } from "./verdict.ts";

const start = Date.parse("2026-11-23T12:00:00Z");
const update: Update = {
  wanted: "v2",
  previous: "v1",
  deploymentBefore: 1,
  requestId: "our-request",
  accepted: ["Green"],
  acceptUnknown: false,
  goodLooks: 2,
  startedAtMs: start,
  deadlineMs: start + 600_000,
};
const underWay: Progress = { ...notBegun, underWay: true };

function environment(part: Partial<EnvironmentReading> = {}): EnvironmentReading {
  const ready = { status: "Ready", versionLabel: "v2", health: "Green", healthStatus: "Ok" };
  return { ...ready, abortable: false, url: "", platform: "", tier: "", ...part };
}

/** Instances by what they say of their last deployment: `v2`, `v2 Failed`, `v1 #3`, or "" for nothing. */
function fleet(...said: string[]): InstanceReading[] {
  return said.map((words, index) => {
    const [, versionLabel = "", status = "Deployed", id] =
      /^(\S*)(?: ([A-Z].*?))?(?: #(\d+))?$/.exec(words) ?? [];
    const deployment = { versionLabel, status, id: Number(id ?? versionLabel.slice(1)) };
    return {
      id: `i-${index}`,
      deployment: words === "" ? undefined : deployment,
      healthStatus: "Ok",
      causes: [],
    };
  });
}

function event(message: string, severity = "INFO", requestId = "our-request"): EventReading {
  return { at: new Date(start), severity, message, requestId };
}

const old = fleet("v1", "v1");
const failed = event("Failed to deploy application.", "ERROR");

interface Look {
  readonly environment?: Partial<EnvironmentReading> | null;
  /** Null on basic health. */
  readonly instances?: InstanceReading[] | null;
  /** What the address answers. */
  readonly serves?: string;
  readonly events?: EventReading[];
  readonly atSeconds?: number;
}

function fleetOf(instances: Look["instances"]): Fleet {
  if (instances === null) return { kind: "unknown", why: "basic health" };
  return { kind: "known", instances: instances ?? fleet("v2", "v2") };
}

function servedOf(serves: string | undefined): Served {
  if (serves === undefined) return { kind: "not asked" };
  if (serves.startsWith("nothing")) return { kind: "unnamed", what: serves };
  return serves.startsWith("v") ? { kind: "version", version: serves } : { kind: "other", what: serves };
}

/** The verdicts on a row of looks, each as `kind: word`. */
function verdicts(progress: Progress, looks: readonly Look[], of = update): string[] {
  let current = progress;
  return looks.map((look, index) => {
    const seen = {
      environment: look.environment === null ? undefined : environment(look.environment),
      fleet: fleetOf(look.instances),
      served: servedOf(look.serves),
    };
    const at = start + 1000 * (look.atSeconds ?? index + 1);
    const { verdict, progress: next } = judge(of, current, seen, look.events ?? [], at);
    current = next;
    if (verdict.kind === "failed") return verdict.outcome;
    return verdict.kind === "waiting" ? `waiting for ${verdict.for}` : verdict.kind;
  });
}

describe("judge", () => {
  const rows: [string, Progress, Look[], string[], Update?][] = [
    [
      "is content after some good looks in a row",
      underWay,
      [{ environment: { status: "Updating" } }, {}, {}],
      ["waiting for Elastic Beanstalk (Updating)", "waiting for it to stay healthy", "right"],
    ],
    [
      "begins to count again after a bad look",
      underWay,
      [{}, { environment: { health: "Yellow", healthStatus: "Warning" } }, {}, {}],
      [
        "waiting for it to stay healthy",
        "waiting for health Yellow Warning",
        "waiting for it to stay healthy",
        "right",
      ],
    ],
    [
      "does not take the Ready before the update for the one after it",
      notBegun,
      [
        { environment: { versionLabel: "v1" }, instances: old },
        { environment: { status: "Updating" } },
        { environment: { versionLabel: "v1" }, instances: old },
      ],
      ["waiting for the update to begin", "waiting for Elastic Beanstalk (Updating)", "reverted-by-eb"],
    ],
    [
      "believes an update that was never seen under way after a minute",
      notBegun,
      [{}, { atSeconds: 61 }, { atSeconds: 62 }],
      ["waiting for the update to begin", "waiting for it to stay healthy", "right"],
    ],
    [
      "sees by its last event that an update is over which ran between two looks",
      notBegun,
      [{ environment: { versionLabel: "v1" }, instances: old, events: [failed] }],
      ["reverted-by-eb"],
    ],
    [
      "sees that the old version is back, whatever its health",
      underWay,
      [{ environment: { versionLabel: "v1" }, instances: old }],
      ["reverted-by-eb"],
    ],
    [
      "sees that only the label is the old one again",
      underWay,
      [{ environment: { versionLabel: "v1" }, instances: fleet("v1", "v2") }],
      ["split-fleet"],
    ],
    [
      "calls it aborted when an abort was seen",
      underWay,
      [{ environment: { status: "Aborting" } }, { environment: { versionLabel: "v1" } }],
      ["waiting for Elastic Beanstalk (Aborting)", "aborted"],
    ],
    ["sees another deploy's version", underWay, [{ environment: { versionLabel: "v3" } }], ["superseded"]],
    [
      "sees that the environment ends",
      underWay,
      [{ environment: { status: "Terminating" } }],
      ["terminated"],
    ],
    ["sees that the environment is gone", underWay, [{ environment: null }], ["terminated"]],
    [
      "gives instances time to say their version, and then calls the fleet split",
      underWay,
      [
        { instances: fleet("v2", "v1"), atSeconds: 8 },
        { instances: fleet("v2", "v1"), atSeconds: 9 },
        { instances: fleet("v2", "v1"), atSeconds: 11 },
      ],
      ['waiting for i-1 runs "v1"', 'waiting for i-1 runs "v1"', "split-fleet"],
    ],
    [
      "waits longer for health, which lags, and then calls it unhealthy",
      underWay,
      [
        { environment: { health: "Red", healthStatus: "Severe" }, atSeconds: 10 },
        { environment: { health: "Red", healthStatus: "Severe" }, atSeconds: 29 },
        { environment: { health: "Red", healthStatus: "Severe" }, atSeconds: 31 },
      ],
      ["waiting for health Red Severe", "waiting for health Red Severe", "unhealthy"],
    ],
    [
      "does not call an update good that ended with errors",
      underWay,
      [
        { events: [failed], atSeconds: 4 },
        { events: [failed], atSeconds: 7 },
      ],
      ["waiting for the update ended with errors", "unhealthy"],
    ],
    [
      "leaves errors of other operations out",
      underWay,
      [
        {
          events: [
            event("Managed update failed", "ERROR", "another-request"),
            event("Health is Red", "ERROR", ""),
          ],
        },
        {},
      ],
      ["waiting for it to stay healthy", "right"],
    ],
    [
      "judges basic health by the environment and what its address answers",
      underWay,
      [
        { instances: null, serves: "v2" },
        { instances: null, serves: "v2" },
      ],
      ["waiting for it to stay healthy", "right"],
    ],
    [
      "accepts any health when told to",
      underWay,
      [{ environment: { health: "Red" } }, { environment: { health: "Grey" } }],
      ["waiting for it to stay healthy", "right"],
      { ...update, accepted: undefined },
    ],
    [
      "ends at the deadline",
      underWay,
      [{ environment: { status: "Updating" }, atSeconds: 601 }],
      ["timed-out"],
    ],
  ];
  const kept: [string, Look, string][] = [
    ["all are new and do not work", { instances: fleet("v2", "v2") }, "failed-new-version"],
    [
      "the deployment failed everywhere",
      { instances: fleet("v2 Failed", "v2 Failed") },
      "failed-before-change",
    ],
    ["it failed on the first batch", { instances: fleet("v2 Failed", "v1") }, "failed-before-change"],
    [
      "it failed after the new version was in place",
      { instances: fleet("v2 Failed"), serves: "v2" },
      "failed-new-version",
    ],
    ["one came through and one did not", { instances: fleet("v2", "v2 Failed") }, "split-fleet"],
    ["the new one is of an earlier deployment", { instances: fleet("v2 #1", "v1") }, "reverted-by-eb"],
    ["no instance is shown", { instances: [] }, "not-known"],
    ["nobody can be asked", { instances: null }, "not-known"],
    ["the address names no version", { instances: null, serves: "nothing named" }, "not-known"],
    ["only the address tells, and is the old one", { instances: null, serves: "v1" }, "reverted-by-eb"],
  ];
  for (const [name, look, expected] of kept) {
    it(`calls it ${expected} when the old label is back and ${name}`, () => {
      const looks = [{ environment: { versionLabel: "v1", health: "Red" }, ...look }];
      expect(verdicts(underWay, looks)).to.deep.equal([expected]);
    });
  }
  const late: [string, Look, string, Partial<Update>?][] = [
    ["the deployment failed on all", { instances: fleet("v2 Failed", "v2 Failed") }, "failed-before-change"],
    ["the deployment failed on one", { instances: fleet("v2", "v2 Failed") }, "split-fleet"],
    ["one never says anything", { instances: fleet("v2", "") }, "split-fleet"],
    ["one never gets done", { instances: fleet("v2", "v2 In Progress") }, "split-fleet"],
    ["no instance is shown", { instances: [] }, "unhealthy"],
    ["the address answers 502", { instances: null, serves: "502" }, "failed-new-version"],
    ["the address names none", { instances: null, serves: "nothing named" }, "not-known"],
    ["the address answers as another", { instances: null, serves: "v1" }, "not-known"],
    [
      "the same label was to be deployed again, and was not",
      { instances: fleet("v2 #4", "v2 #4") },
      "reverted-by-eb",
      { previous: "v2", deploymentBefore: 4 },
    ],
  ];
  for (const [name, look, expected, part] of late) {
    it(`calls it ${expected} when ours is the label and, after some patience, ${name}`, () => {
      const looks = [1, 2, 30].map((atSeconds) => ({ ...look, atSeconds }));
      const [first, second, last] = verdicts(underWay, looks, { ...update, ...part });
      expect([first, second].map((said) => said?.startsWith("waiting for "))).to.deep.equal([true, true]);
      expect(last).to.equal(expected);
    });
  }

  it("gives an instance that was just launched time to say what it runs", () => {
    const looks = [{ instances: fleet("v2", ""), atSeconds: 1 }, { atSeconds: 9 }, { atSeconds: 10 }];
    expect(verdicts(underWay, looks)).to.deep.equal([
      "waiting for i-1 has not said yet what it runs",
      "waiting for it to stay healthy",
      "right",
    ]);
  });

  it("names as a doubt what was not looked at, where that is accepted", () => {
    const looks = [{ instances: null }, { instances: null }];
    expect(verdicts(underWay, looks)).to.deep.equal(["not-known", "not-known"]);
    expect(verdicts(underWay, looks, { ...update, acceptUnknown: true }).at(-1)).to.equal("right");
    const seen = { environment: environment(), fleet: fleetOf(null), served: servedOf(undefined) };
    const accepting = { ...update, acceptUnknown: true, goodLooks: 1 };
    expect(judge(accepting, underWay, seen, [], start).verdict).to.deep.equal({
      kind: "right",
      doubt: "what each instance runs was not looked at (basic health)",
    });
  });

  it("notices within seconds that an update is over which began and was taken back without a word", () => {
    const began = event("Environment update is starting.");
    const look = { environment: { versionLabel: "v1" }, instances: old, events: [began] };
    expect(verdicts(notBegun, [look, { ...look, atSeconds: 11 }])).to.deep.equal([
      "waiting for the update to begin",
      "reverted-by-eb",
    ]);
  });

  it("asks the same of a version that runs already, where nothing was sent", () => {
    const untouched: Update = { ...update, previous: "v2", deploymentBefore: 0, requestId: "" };
    expect(verdicts(notBegun, [{}, {}], untouched)).to.deep.equal([
      "waiting for it to stay healthy",
      "right",
    ]);
    const red = { environment: { health: "Red", healthStatus: "Severe" } };
    expect(verdicts(notBegun, [red, { ...red, atSeconds: 30 }], untouched).at(-1)).to.equal("unhealthy");
  });

  it("calls right only what was looked at, whatever is seen", () => {
    const statusOf = fc.constantFrom("v2", "v1", "v2 Failed", "v2 In Progress", "v2 #1", "");
    const look = fc.record({
      environment: fc.record({
        status: fc.constantFrom("Ready", "Updating", "Aborting", "Odd"),
        versionLabel: fc.constantFrom("v1", "v2", "v3", ""),
        health: fc.constantFrom("Green", "Yellow", "Red", "Grey"),
      }),
      instances: fc.oneof(
        fc.constant(null),
        fc.array(statusOf, { maxLength: 3 }).map((said) => fleet(...said)),
      ),
      serves: fc.constantFrom("v1", "v2", "502", undefined),
      errors: fc.boolean(),
    });
    fc.assert(
      fc.property(look, fc.boolean(), fc.boolean(), (seen, aborting, acceptUnknown) => {
        const of = { ...update, acceptUnknown, goodLooks: 1 };
        const { errors, serves, ...rest } = seen;
        const given = {
          ...rest,
          events: errors ? [failed] : [],
          ...(serves === undefined ? {} : { serves }),
        };
        const [said] = verdicts({ ...underWay, aborting }, [given], of);
        if (said !== "right") return;
        expect(seen.environment).to.include({ status: "Ready", versionLabel: "v2", health: "Green" });
        expect(errors).to.equal(false);
        const all = seen.instances?.map(({ deployment }) => deployment) ?? [];
        if (all.length > 0) {
          for (const one of all) expect(one).to.deep.equal({ versionLabel: "v2", status: "Deployed", id: 2 });
        } else {
          expect(seen.instances).to.equal(null);
          expect(serves === "v2" || (acceptUnknown && serves === undefined)).to.equal(true);
        }
      }),
    );
  });

  for (const [name, progress, looks, expected, of] of rows) {
    it(name, () => expect(verdicts(progress, looks, of)).to.deep.equal(expected));
  }

  it("says why with the errors of the update", () => {
    const { verdict } = judge(
      update,
      underWay,
      { environment: environment({ versionLabel: "v1" }), fleet: fleetOf(old), served: servedOf(undefined) },
      [failed, failed],
      start,
    );
    expect(verdict).to.deep.equal({
      kind: "failed",
      outcome: "reverted-by-eb",
      why: 'the environment runs "v1", not "v2"; Failed to deploy application.',
    });
  });
});
