import { expect } from "chai";
import { effectiveOptions } from "../option-settings.ts";
import { batchesOf, deploymentStrategy } from "./policy.ts";

const strategy = (size: number, options: Readonly<Record<string, string>>) =>
  deploymentStrategy(
    effectiveOptions(
      Object.entries(options).map(([name, value]) => ({
        namespace: "aws:elasticbeanstalk:command",
        name,
        value,
      })),
      [],
    ),
    size,
  );

describe("the deployment policy", () => {
  it("is AllAtOnce unless set", () => {
    const all = { kind: "in-place", batchSize: Number.POSITIVE_INFINITY, deregister: false, additional: 0 };
    expect(strategy(4, {})).deep.equals(all);
  });

  const batches: readonly (readonly [size: number, batchSize: string, type: string, batch: number])[] = [
    [4, "50", "Percentage", 2],
    [4, "30", "Percentage", 1],
    [3, "1", "Percentage", 1],
    [4, "100", "Percentage", 4],
    [4, "3", "Fixed", 3],
    [2, "9", "Fixed", 2],
  ];
  for (const [size, BatchSize, BatchSizeType, batch] of batches) {
    it(`takes ${batch} of ${size} instances at once for ${BatchSize} ${BatchSizeType}`, () => {
      expect(strategy(size, { DeploymentPolicy: "Rolling", BatchSize, BatchSizeType })).property(
        "batchSize",
        batch,
      );
    });
  }

  it("launches a batch more where asked, and replaces for Immutable and TrafficSplitting", () => {
    const additional = { DeploymentPolicy: "RollingWithAdditionalBatch", BatchSize: "50" };
    expect(strategy(4, additional)).includes({ kind: "in-place", batchSize: 2, additional: 2 });
    expect(strategy(4, { DeploymentPolicy: "Immutable" })).deep.equals({
      kind: "replace",
      policy: "Immutable",
    });
    expect(strategy(4, { DeploymentPolicy: "TrafficSplitting" })).deep.equals({
      kind: "replace",
      policy: "TrafficSplitting",
      percent: 10,
      evaluationMinutes: 5,
    });
  });

  it("cuts a fleet into batches", () => {
    expect(batchesOf([1, 2, 3, 4, 5], 2)).deep.equals([[1, 2], [3, 4], [5]]);
    expect(batchesOf([1, 2], Number.POSITIVE_INFINITY)).deep.equals([[1, 2]]);
    expect(batchesOf([], 2)).deep.equals([]);
  });
});
