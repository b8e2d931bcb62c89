import { expect } from "chai";
import type { EnvironmentReading, Fleet, InstanceReading } from "./environment/observation.ts";
import { planDeploy } from "./plan.ts";
import type { VersionReading } from "./versions/application-versions.ts";
import { describeVersion, type WantedVersion } from "./versions/wanted-version.ts";

const sha = (digit: string): string => digit.repeat(64);
const source = { bucket: "artifacts", key: "releases/r2/api.zip" };
const wanted: WantedVersion = {
  label: "v2",
  source,
  sha256: sha("a"),
  labelIsContent: true,
  answersAt: undefined,
};
const byHand: WantedVersion = { ...wanted, labelIsContent: false };

function running(versionLabel: string): EnvironmentReading {
  return {
    status: "Ready",
    versionLabel,
    health: "Green",
    healthStatus: "Ok",
    abortable: false,
    url: "",
    platform: "",
    tier: "",
  };
}

function instance(id: string, versionLabel: string, status = "Deployed"): InstanceReading {
  return { id, deployment: { versionLabel, id: 1, status }, healthStatus: "Ok", causes: [] };
}

function version(part: Partial<VersionReading> = {}): VersionReading {
  return { status: "PROCESSED", description: "", ...source, ...part };
}

describe("planDeploy", () => {
  const rows: [string, WantedVersion, string, string[], VersionReading | undefined, boolean, string[]][] = [
    [
      "creates a version that is new and updates to it",
      wanted,
      "v1",
      ["v1", "v1"],
      undefined,
      false,
      [
        'create-version: the application has no version "v2"',
        'update-environment: the environment runs "v1"',
      ],
    ],
    [
      "reuses a version that exists",
      wanted,
      "v1",
      [],
      version(),
      false,
      ['update-environment: the environment runs "v1"'],
    ],
    [
      "does nothing where it runs already",
      wanted,
      "v2",
      ["v2"],
      version(),
      false,
      ['nothing: "v2" is running already'],
    ],
    [
      "updates once more by force",
      wanted,
      "v2",
      ["v2"],
      version(),
      true,
      ["update-environment: it is running already, and `force` deploys it again"],
    ],
    [
      "heals a split fleet",
      wanted,
      "v2",
      ["v2", "v1"],
      version(),
      false,
      ['update-environment: not every instance has it: i-1 runs "v1"'],
    ],
    [
      "fills an environment that runs nothing",
      wanted,
      "",
      [],
      version(),
      false,
      ["update-environment: the environment runs no version yet"],
    ],
    [
      "refuses a version whose bundle could not be processed",
      wanted,
      "v1",
      [],
      version({ status: "FAILED" }),
      false,
      ['VersionUnusable: version "v2" exists, but its bundle could not be processed'],
    ],
    [
      "refuses a version that is gone and has no bundle",
      { label: "v2", labelIsContent: true, answersAt: undefined },
      "v1",
      [],
      undefined,
      false,
      ['VersionUnusable: version "v2" does not exist any more'],
    ],
    [
      "takes a label that is made from content at its word",
      wanted,
      "v1",
      [],
      version({ key: "releases/r1/api.zip", description: `sha256:${sha("b")}` }),
      false,
      ['update-environment: the environment runs "v1"'],
    ],
    [
      "refuses a label chosen by hand that has other content",
      byHand,
      "v1",
      [],
      version({ description: `sha256:${sha("b")} by hand` }),
      false,
      [`VersionConflict: version "v2" exists with other content: sha256 bbbbbbbbbbbb, not aaaaaaaaaaaa`],
    ],
    [
      "reuses a label chosen by hand that has the same content",
      byHand,
      "v1",
      [],
      version({ key: "elsewhere.zip", description: describeVersion(byHand, "run 7") }),
      false,
      ['update-environment: the environment runs "v1"'],
    ],
    [
      "refuses another bundle where nobody knows the content",
      { ...byHand, sha256: undefined },
      "v1",
      [],
      version({ key: "other.zip" }),
      false,
      [
        'VersionConflict: version "v2" exists with another bundle: s3://artifacts/other.zip, not s3://artifacts/releases/r2/api.zip',
      ],
    ],
  ];
  for (const [name, want, runs, labels, known, force, expected] of rows) {
    it(name, () => {
      const instances = labels.map((label, index) => instance(`i-${index}`, label));
      const plan = planDeploy(
        want,
        { environment: running(runs), fleet: { kind: "known", instances }, version: known },
        force,
      );
      const said =
        plan.kind === "change"
          ? plan.steps.map(({ action, reason }) => `${action}: ${reason}`)
          : [plan.kind === "nothing" ? `nothing: ${plan.reason}` : `${plan.code}: ${plan.message}`];
      expect(said).to.deep.equal(expected);
    });
  }

  const silent = { ...instance("i-9", ""), deployment: undefined };
  const fleets: [string, Fleet, string][] = [
    [
      "heals an instance on which the deployment of it failed",
      { kind: "known", instances: [instance("i-0", "v2"), instance("i-1", "v2", "Failed")] },
      'update: not every instance has it: i-1 failed to take "v2"',
    ],
    [
      "does not deploy for the sake of an instance that has just been launched",
      { kind: "known", instances: [instance("i-0", "v2"), silent] },
      'nothing: "v2" is the environment\'s version already; i-0 runs "v2"; i-9 has not said yet what it runs',
    ],
    [
      "does not say that it runs where no instance is shown",
      { kind: "known", instances: [] },
      'nothing: "v2" is the environment\'s version already; no instance is shown: none runs, or the role may not see them',
    ],
    [
      "does not say that it runs where nobody can be asked",
      { kind: "unknown", why: "basic health" },
      'nothing: "v2" is the environment\'s version already; its instances cannot be asked (basic health)',
    ],
  ];
  for (const [name, fleet, expected] of fleets) {
    it(name, () => {
      const plan = planDeploy(wanted, { environment: running("v2"), fleet, version: version() }, false);
      const said =
        plan.kind === "change"
          ? `update: ${plan.steps[0]?.reason}`
          : plan.kind === "nothing" && `nothing: ${plan.reason}`;
      expect(said).to.equal(expected);
    });
  }
});
