import { accessDenied, globalConditions } from "../../iam/authorization.ts";
import { decide, isPublic, type PolicySubject } from "../../iam/policy.ts";
import type { Access, AwsRequest, ConditionValues } from "../../service.ts";
import type { Bucket } from "../storage/bucket.ts";

export function bucketArn(bucket: string): string {
  return `arn:aws:s3:::${bucket}`;
}

export function objectArn(bucket: string, key: string): string {
  return `arn:aws:s3:::${bucket}/${key}`;
}

/**
 * Whether requester's policies and bucket's policy together allow the action: any explicit deny wins, then any allow. The
 * account's root may always repair a bucket's policy.
 */
export function mayAccess(
  request: AwsRequest,
  bucket: Bucket | undefined,
  action: string,
  resource: string,
  conditions: ConditionValues = {},
): boolean {
  return evaluate(request, bucket, action, resource, conditions) === undefined;
}

/** As `mayAccess`, but throws AccessDenied. */
export function requireAccess(
  request: AwsRequest,
  bucket: Bucket | undefined,
  action: string,
  resource: string,
  conditions: ConditionValues = {},
): void {
  const denied = evaluate(request, bucket, action, resource, conditions);
  if (denied !== undefined) {
    throw accessDenied(request.access.principal, action, resource, denied.decision, denied.kind);
  }
}

function evaluate(
  request: AwsRequest,
  bucket: Bucket | undefined,
  action: string,
  resource: string,
  conditions: ConditionValues,
): { readonly decision: "deny" | "none"; readonly kind: "identity" | "resource" } | undefined {
  const { principal } = request.access;
  if (principal.kind === "root" && /^s3:(Get|Put|Delete)BucketPolicy$/.test(action)) return undefined;
  const identity = request.access.decide(action, resource, conditions);
  if (identity === "deny") return { decision: "deny", kind: "identity" };
  const byBucket = decideByBucket(request, bucket, action, resource, conditions);
  if (byBucket === "deny") return { decision: "deny", kind: "resource" };
  if (identity === "allow" || byBucket === "allow") return undefined;
  return { decision: "none", kind: "identity" };
}

function decideByBucket(
  request: AwsRequest,
  bucket: Bucket | undefined,
  action: string,
  resource: string,
  conditions: ConditionValues,
): "allow" | "deny" | "none" {
  if (bucket?.policy === undefined) return "none";
  const decision = decide([bucket.policy], {
    action,
    resource,
    conditions: { ...globalConditions(request.access.principal, request), ...conditions },
    subject: subjectOf(request.access),
  });
  return decision === "allow" && request.access.principal.kind === "anonymous" && isRestricted(bucket)
    ? "none"
    : decision;
}

/** True when the bucket's public access block keeps strangers out although its policy would let them in. */
export function isRestricted(bucket: Bucket): boolean {
  const restricted = bucket.configuration.publicAccessBlock?.RestrictPublicBuckets === true;
  return restricted && bucket.policy !== undefined && isPublic(bucket.policy);
}

function subjectOf({ principal }: Access): PolicySubject {
  if (principal.kind === "anonymous") return { arns: [], accountId: undefined, isRoot: false };
  if (principal.service !== undefined) {
    return { arns: [], accountId: undefined, isRoot: false, service: principal.service.name };
  }
  const role =
    principal.role === undefined ? [] : [`arn:aws:iam::${principal.accountId}:role/${principal.role}`];
  return {
    arns: [principal.arn, ...role],
    accountId: principal.accountId,
    isRoot: principal.kind === "root",
  };
}
