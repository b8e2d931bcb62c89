import { randomBytes } from "node:crypto";
import { AwsError } from "../service.ts";
import { type InvalidationBatch, invalidArgument, isWildcard } from "./invalidation-batch.ts";

export interface Invalidation {
  readonly id: string;
  readonly createdAt: Date;
  readonly batch: InvalidationBatch;
}

/** Per distribution: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/InvalidationLimits.html */
const pathsInProgress = 3000;
const wildcardsInProgress = 15;

/** The invalidations of one distribution. Each is done `completeAfterMs` after it was created. */
export class Invalidations {
  readonly #completeAfterMs: number;
  /** Newest first, as they are listed. */
  #all: readonly Invalidation[] = [];

  constructor(completeAfterMs: number) {
    this.#completeAfterMs = completeAfterMs;
  }

  list(): readonly Invalidation[] {
    return this.#all;
  }

  find(id: string): Invalidation | undefined {
    return this.#all.find((one) => one.id === id);
  }

  isCompleted(invalidation: Invalidation, now: Date): boolean {
    return now.getTime() >= this.#completedAt(invalidation);
  }

  /**
   * A new invalidation, or the earlier one that has the same reference and paths. Throws InvalidArgument for a reference that
   * was used for other paths, and TooManyInvalidationsInProgress.
   */
  create(batch: InvalidationBatch, now: Date): Invalidation {
    const earlier = this.#all.find((one) => one.batch.callerReference === batch.callerReference);
    if (earlier !== undefined) {
      if (samePaths(earlier.batch, batch)) return earlier;
      throw invalidArgument(
        "Your request contains a caller reference that was used for a previous invalidation batch for the same distribution.",
      );
    }
    this.#checkLimits(batch, now);
    const created = { id: `I${randomBytes(7).toString("hex").toUpperCase()}`, createdAt: now, batch };
    this.#all = [created, ...this.#all];
    return created;
  }

  /** True when a completed invalidation removed what was cached for the path at that time. */
  removed(path: string, cachedAt: Date, now: Date): boolean {
    return this.#all.some(
      (one) =>
        this.isCompleted(one, now) &&
        this.#completedAt(one) > cachedAt.getTime() &&
        one.batch.paths.some((pattern) => fits(pattern, path)),
    );
  }

  #checkLimits(batch: InvalidationBatch, now: Date): void {
    const inProgress = this.#all.filter((one) => !this.isCompleted(one, now));
    const paths = [batch, ...inProgress.map((one) => one.batch)].flatMap((one) => one.paths);
    const wildcards = paths.filter(isWildcard).length;
    const over =
      paths.length - wildcards > pathsInProgress
        ? "in-progress invalidations"
        : wildcards > wildcardsInProgress
          ? "in-progress wildcard invalidations"
          : undefined;
    if (over === undefined) return;
    throw new AwsError(
      "TooManyInvalidationsInProgress",
      400,
      `Processing your request will cause you to exceed the maximum number of ${over}.`,
    );
  }

  #completedAt({ createdAt }: Invalidation): number {
    return createdAt.getTime() + this.#completeAfterMs;
  }
}

function samePaths(left: InvalidationBatch, right: InvalidationBatch): boolean {
  return JSON.stringify([...left.paths].sort()) === JSON.stringify([...right.paths].sort());
}

function fits(pattern: string, path: string): boolean {
  const [of, asked] = [canonical(pattern), canonical(path)];
  return isWildcard(of) ? asked.startsWith(of.slice(0, -1)) : asked === of;
}

/** Browsers send these two as they are, and a pattern can name them only encoded. */
function canonical(path: string): string {
  return path.replace(/%7e/gi, "~").replaceAll("%27", "'");
}
