import type { IncomingHttpHeaders } from "node:http";
import { AwsError, type ConditionValues, type Principal } from "../service.ts";
import type { Decision } from "./policy.ts";

/** What AWS answers when a policy of the requester does not allow, or denies, an action. */
export function accessDenied(
  principal: Principal,
  action: string,
  resource: string,
  decision: Decision,
  kind: "identity" | "resource" = "identity",
): AwsError {
  if (principal.kind === "anonymous" || principal.kind === "service")
    return new AwsError("AccessDenied", 403, "Access Denied");
  const target = resource === "*" ? "" : ` on resource: "${resource}"`;
  return new AwsError(
    "AccessDenied",
    403,
    denial(principal, action, target, whyDenied(decision, action, kind)),
  );
}

/** The same from services over JSON, who put no quotation marks around the resource. */
export function accessDeniedException(
  principal: Principal,
  action: string,
  resource: string,
  decision: Decision,
): AwsError {
  const why = whyDenied(decision, action, "identity");
  return new AwsError(
    "AccessDeniedException",
    400,
    denial(principal, action, ` on resource: ${resource}`, why),
  );
}

function denial(principal: Principal, action: string, target: string, why: string): string {
  return `User: ${principal.arn} is not authorized to perform: ${action}${target} ${why}`;
}

function whyDenied(decision: Decision, action: string, kind: "identity" | "resource"): string {
  return decision === "deny"
    ? `with an explicit deny in ${kind === "identity" ? "an identity" : "a resource"}-based policy`
    : `because no identity-based policy allows the ${action} action`;
}

/** Keys that every policy may test. Loopback counts as secure transport: policies that demand it work here as on AWS. */
export function globalConditions(
  principal: Principal,
  request: { readonly headers: IncomingHttpHeaders },
): ConditionValues {
  return {
    "aws:SecureTransport": "true",
    "aws:PrincipalArn":
      principal.role === undefined
        ? principal.arn || undefined
        : `arn:aws:iam::${principal.accountId}:role/${principal.role}`,
    "aws:PrincipalAccount": principal.accountId || undefined,
    "aws:userid": principal.userId || undefined,
    "aws:PrincipalIsAWSService": String(principal.service !== undefined),
    "aws:SourceArn": principal.service?.sourceArn,
    "aws:SourceAccount": principal.service && principal.accountId,
    "aws:UserAgent": request.headers["user-agent"],
  };
}
