import { expect } from "chai";
import type { EnvironmentReading, EventReading, InstanceReading } from "../environment/observation.ts";
import { judge, notBegun, type Progress, type Update } from "./judge.ts";

const start = Date.parse("2026-11-23T12:00:00Z");
const update: Update = {
  wanted: "v2",
  previous: "v1",
  requestId: "our-request",
  accepted: ["Green"],
  goodLooks: 2,
  startedAtMs: start,
  deadlineMs: start + 600_000,
};
const underWay: Progress = { ...notBegun, underWay: true };

function environment(part: Partial<EnvironmentReading> = {}): EnvironmentReading {
  const ready = { status: "Ready", versionLabel: "v2", health: "Green", healthStatus: "Ok" };
  return { ...ready, abortable: false, url: "", ...part };
}

function fleet(...labels: string[]): InstanceReading[] {
  return labels.map((versionLabel, index) => ({
    id: `i-${index}`,
    versionLabel,
    deployment: "Deployed",
    healthStatus: "Ok",
    causes: [],
  }));
}

function event(message: string, severity = "INFO", requestId = "our-request"): EventReading {
  return { at: new Date(start), severity, message, requestId };
}

const old = fleet("v1", "v1");
const failed = event("Failed to deploy application.", "ERROR");

interface Look {
  readonly environment?: Partial<EnvironmentReading> | null;
  readonly instances?: InstanceReading[];
  readonly events?: EventReading[];
  readonly atSeconds?: number;
}

/** The verdicts on a row of looks, each as `kind: word`. */
function verdicts(progress: Progress, looks: readonly Look[], of = update): string[] {
  let current = progress;
  return looks.map((look, index) => {
    const seen = {
      environment: look.environment === null ? undefined : environment(look.environment),
      instances: look.instances ?? fleet("v2", "v2"),
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
      ["waiting for Elastic Beanstalk (Updating)", "waiting for it to stay healthy", "deployed"],
    ],
    [
      "begins to count again after a bad look",
      underWay,
      [{}, { environment: { health: "Yellow", healthStatus: "Warning" } }, {}, {}],
      [
        "waiting for it to stay healthy",
        "waiting for health Yellow Warning",
        "waiting for it to stay healthy",
        "deployed",
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
      ["waiting for the update to begin", "waiting for it to stay healthy", "deployed"],
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
      ["waiting for it to stay healthy", "deployed"],
    ],
    [
      "judges basic health by the environment alone",
      underWay,
      [{ instances: undefined as never }, { instances: undefined as never }],
      ["waiting for it to stay healthy", "deployed"],
    ],
    [
      "accepts any health when told to",
      underWay,
      [{ environment: { health: "Red" } }, { environment: { health: "Grey" } }],
      ["waiting for it to stay healthy", "deployed"],
      { ...update, accepted: undefined },
    ],
    [
      "ends at the deadline",
      underWay,
      [{ environment: { status: "Updating" }, atSeconds: 601 }],
      ["timed-out"],
    ],
  ];
  for (const [name, progress, looks, expected, of] of rows) {
    it(name, () => expect(verdicts(progress, looks, of)).to.deep.equal(expected));
  }

  it("says why with the errors of the update", () => {
    const { verdict } = judge(
      update,
      underWay,
      { environment: environment({ versionLabel: "v1" }), instances: undefined },
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
