import type { ErrorCode } from "../kit/errors.ts";
import type { Failure } from "./update/verdict.ts";

/** The error code of each way in which a deploy can fail. */
export const outcomeCodes: Readonly<Record<Failure, ErrorCode>> = {
  aborted: "DeployAborted",
  "failed-before-change": "DeployFailedBefore",
  "failed-new-version": "DeployFailedNew",
  "not-known": "DeployUnknown",
  "reverted-by-eb": "DeployReverted",
  "split-fleet": "DeploySplit",
  superseded: "DeploySuperseded",
  terminated: "DeployTerminated",
  "timed-out": "DeployTimedOut",
  unhealthy: "DeployUnhealthy",
};
