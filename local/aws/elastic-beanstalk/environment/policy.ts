import type { Options } from "../option-settings.ts";

const command = "aws:elasticbeanstalk:command";
const splitting = "aws:elasticbeanstalk:trafficsplitting";

/** On the instances that are there, one batch after the other. */
export interface InPlace {
  readonly kind: "in-place";
  readonly batchSize: number;
  /** Whether a batch leaves the load balancer while it is worked on. */
  readonly deregister: boolean;
  /** Instances launched with the new version beforehand; as many old ones go at the end. */
  readonly additional: number;
}

/** New instances with the new version; when all of them are healthy the old ones go. */
export type Replace =
  | { readonly kind: "replace"; readonly policy: "Immutable" }
  | {
      readonly kind: "replace";
      readonly policy: "TrafficSplitting";
      /** Share of the requests that the new instances get while they are evaluated. */
      readonly percent: number;
      readonly evaluationMinutes: number;
    };

/**
 * How a deployment goes over a fleet of `size`, by its settings.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.rolling-version-deploy.html
 */
export function deploymentStrategy(options: Options, size: number): InPlace | Replace {
  const policy = options.get(command, "DeploymentPolicy");
  const batchSize = batchSizeOf(options, size);
  switch (policy) {
    case "Immutable":
      return { kind: "replace", policy };
    case "TrafficSplitting":
      return {
        kind: "replace",
        policy,
        percent: options.integer(splitting, "NewVersionPercent"),
        evaluationMinutes: options.integer(splitting, "EvaluationTime"),
      };
    case "Rolling":
      return { kind: "in-place", batchSize, deregister: true, additional: 0 };
    case "RollingWithAdditionalBatch":
      return { kind: "in-place", batchSize, deregister: true, additional: batchSize };
    default:
      return { kind: "in-place", batchSize: Number.POSITIVE_INFINITY, deregister: false, additional: 0 };
  }
}

/** Between one and all of the instances, whatever BatchSize says. */
function batchSizeOf(options: Options, size: number): number {
  const wanted = options.integer(command, "BatchSize");
  const count =
    options.get(command, "BatchSizeType") === "Fixed" ? wanted : Math.floor((size * wanted) / 100);
  return Math.min(size, Math.max(1, count));
}

export function batchesOf<T>(items: readonly T[], batchSize: number): T[][] {
  const batches: T[][] = [];
  for (let from = 0; from < items.length; from += batchSize)
    batches.push(items.slice(from, from + batchSize));
  return batches;
}
