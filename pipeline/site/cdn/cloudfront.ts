import {
  type CloudFrontClient,
  CreateInvalidationCommand,
  GetInvalidationCommand,
} from "@aws-sdk/client-cloudfront";
import type { Clock } from "../../kit/clock.ts";
import { ActionError, explain } from "../../kit/errors.ts";
import type { Runner } from "../../kit/runner.ts";
import type { SiteCache } from "./site-cache.ts";

interface CloudFrontOptions {
  readonly client: CloudFrontClient;
  readonly distribution: string;
  /** For how long to wait until it is done everywhere; 0 not to wait. */
  readonly waitSeconds: number;
  readonly runner: Pick<Runner, "info" | "warning">;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** How long other invalidations may keep this one from beginning. */
const busySeconds = 600;

/** Where something waits for it. Invalidations take a minute at most, most of them. */
const leastWaitSeconds = 180;

export function cloudFrontCache(options: CloudFrontOptions): SiteCache {
  return {
    async invalidate(paths, reference, waits) {
      const id = await create(options, paths, reference);
      options.runner.info(`invalidation ${id} of ${options.distribution}: ${paths.join(" ")}`);
      const waitSeconds = Math.max(options.waitSeconds, waits ? leastWaitSeconds : 0);
      if (waitSeconds > 0) await waitFor({ ...options, waitSeconds }, id);
      return id;
    },
  };
}

async function create(
  options: CloudFrontOptions,
  paths: readonly string[],
  reference: string,
): Promise<string> {
  const { client, distribution, runner, clock, signal } = options;
  const command = new CreateInvalidationCommand({
    DistributionId: distribution,
    InvalidationBatch: { CallerReference: reference, Paths: { Quantity: paths.length, Items: [...paths] } },
  });
  const deadline = clock.now().getTime() + busySeconds * 1000;
  for (let waitMs = 5000; ; waitMs = Math.min(waitMs * 2, 60_000)) {
    try {
      const { Invalidation } = await client.send(command, { abortSignal: signal });
      return Invalidation?.Id ?? "";
    } catch (error) {
      const isBusy = nameOf(error) === "TooManyInvalidationsInProgress";
      if (!isBusy || clock.now().getTime() + waitMs > deadline) throw cloudFrontError(distribution, error);
      runner.info(
        `other invalidations of ${distribution} are in progress: trying again in ${waitMs / 1000} s`,
      );
      await clock.sleep(waitMs, signal);
    }
  }
}

/** Waits at most `waitSeconds`; a slow or unreadable invalidation is a warning, since it gets done all the same. */
async function waitFor(
  { client, distribution, waitSeconds, runner, clock, signal }: CloudFrontOptions,
  id: string,
) {
  const deadline = clock.now().getTime() + waitSeconds * 1000;
  let why = `was not done after ${waitSeconds} s`;
  for (let waitMs = 2000; clock.now().getTime() < deadline; waitMs = Math.min(waitMs * 1.5, 15_000)) {
    try {
      const { Invalidation } = await client.send(
        new GetInvalidationCommand({ DistributionId: distribution, Id: id }),
        { abortSignal: signal },
      );
      if (Invalidation?.Status === "Completed") return;
    } catch (error) {
      signal.throwIfAborted();
      why = `cannot be watched: ${explain(error)}`;
      break;
    }
    await clock.sleep(Math.min(waitMs, Math.max(0, deadline - clock.now().getTime())), signal);
  }
  runner.warning(`invalidation ${id} of ${distribution} ${why}; until it is, some visitors see old pages`);
}

function cloudFrontError(distribution: string, cause: unknown): unknown {
  const message = `the site is in place, but CloudFront may still give old pages: could not invalidate distribution "${distribution}"`;
  const status = (cause as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  if (nameOf(cause) === "AbortError") return cause;
  if (nameOf(cause) === "NoSuchDistribution") {
    return new ActionError("DistributionNotFound", message, {
      hint: "check the input `distribution`: it is an id such as E1A2B3C4D5E6F7; the next sync invalidates what this one could not",
      cause,
    });
  }
  if (status === 403) {
    return new ActionError("AccessDenied", message, {
      hint: "grant the role cloudfront:CreateInvalidation on the distribution; the next sync invalidates what this one could not",
      cause,
    });
  }
  const isRefused = status !== undefined && status < 500 && status !== 429;
  return new ActionError(isRefused ? "InvalidationRefused" : "ServiceUnavailable", message, {
    hint: "run the sync again: it invalidates what this one could not",
    cause,
  });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}
