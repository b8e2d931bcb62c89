import type { Iam, SessionCredentials } from "../iam/iam.ts";
import type { Role } from "../iam/identities.ts";
import { decide, parsePolicy } from "../iam/policy.ts";
import { type QueryRequest, queryService } from "../query-protocol.ts";
import { AwsError, type AwsService } from "../service.ts";
import type { XmlContent } from "../xml.ts";
import { identify, type WebIdentity } from "./web-identity.ts";

/** AWS Security Token Service: temporary credentials for whoever a role trusts. */
export function securityTokenService(iam: Iam, clock: { now(): Date }): AwsService {
  return queryService({
    name: "sts",
    xmlns: "https://sts.amazonaws.com/doc/2011-06-15/",
    version: "2011-06-15",
    operations: {
      AssumeRoleWithWebIdentity: {
        resource: null,
        target: (request) => request.raw.get("RoleArn") ?? "",
        run: (request) => assumeRoleWithWebIdentity(request, iam, clock.now()),
      },
      AssumeRole: {
        resource: null,
        target: (request) => request.raw.get("RoleArn") ?? "",
        run: (request) => assumeRole(request, iam, clock.now()),
      },
      GetCallerIdentity: {
        resource: null,
        run: async ({ access: { principal } }) => ({
          Arn: principal.arn,
          UserId: principal.userId,
          Account: principal.accountId,
        }),
      },
    },
  });
}

async function assumeRoleWithWebIdentity(request: QueryRequest, iam: Iam, now: Date): Promise<XmlContent> {
  const asked = readRequest(request);
  const token = request.raw.get("WebIdentityToken") ?? "";
  if (token.length < 4 || token.length > 20000) {
    throw validation(
      "Value at 'webIdentityToken' failed to satisfy constraint: Member must have length between 4 and 20000",
    );
  }
  const identity = await identify(token, iam, now);
  const role = trustedRole("sts:AssumeRoleWithWebIdentity", asked.roleArn, iam, identity);
  const session = startSession(role, asked, iam, now);
  return {
    ...describeSession(session),
    SubjectFromWebIdentityToken: identity.subject,
    Audience: identity.audience,
    Provider: identity.providerArn,
  };
}

async function assumeRole(request: QueryRequest, iam: Iam, now: Date): Promise<XmlContent> {
  const asked = readRequest(request);
  const { principal } = request.access;
  const role = iam.role(asked.roleArn);
  const roleArn =
    principal.role === undefined ? [] : [`arn:aws:iam::${iam.accountId}:role/${principal.role}`];
  const decision =
    role === undefined
      ? "none"
      : decide([parsePolicy(role.trustPolicy)], {
          action: "sts:AssumeRole",
          resource: role.arn,
          conditions: { "aws:PrincipalArn": principal.arn },
          subject: {
            arns: [principal.arn, ...roleArn],
            accountId: principal.accountId,
            isRoot: principal.kind === "root",
          },
        });
  if (role === undefined || decision !== "allow") {
    throw new AwsError(
      "AccessDenied",
      403,
      `User: ${principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${asked.roleArn}`,
    );
  }
  return describeSession(startSession(role, asked, iam, now));
}

/** The role, if its trust policy allows the identity. One message for every reason, as AWS has it. */
function trustedRole(action: string, arn: string, iam: Iam, identity: WebIdentity): Role {
  const role = iam.role(arn);
  const decision =
    role === undefined
      ? "none"
      : decide([parsePolicy(role.trustPolicy)], {
          action,
          resource: role.arn,
          conditions: identity.conditions,
          subject: {
            arns: [],
            accountId: undefined,
            isRoot: false,
            federated: identity.providerArn,
          },
        });
  if (role === undefined || decision !== "allow") {
    throw new AwsError("AccessDenied", 403, `Not authorized to perform ${action}`);
  }
  return role;
}

interface Asked {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly seconds: number;
  readonly policy: unknown;
}

function readRequest({ raw }: QueryRequest): Asked {
  const roleArn = raw.get("RoleArn") ?? "";
  if (roleArn.length < 20 || roleArn.length > 2048) {
    throw validation(
      `Value '${roleArn}' at 'roleArn' failed to satisfy constraint: Member must have length between 20 and 2048`,
    );
  }
  if (!/^arn:aws:iam::\d{12}:role\/.+$/.test(roleArn)) throw validation(`${roleArn} is invalid`);
  const sessionName = raw.get("RoleSessionName") ?? "";
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
    throw validation(
      `1 validation error detected: Value '${sessionName}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]* and have length between 2 and 64`,
    );
  }
  const duration = raw.get("DurationSeconds") ?? "3600";
  const seconds = Number(duration);
  if (!/^\d+$/.test(duration) || seconds < 900 || seconds > 43200) {
    throw validation(
      `1 validation error detected: Value '${duration}' at 'durationSeconds' failed to satisfy constraint: Member must have value between 900 and 43200`,
    );
  }
  if ([...raw.keys()].some((name) => name.startsWith("PolicyArns."))) {
    throw new AwsError(
      "NotImplemented",
      501,
      "This stand-in does not implement managed session policies (PolicyArns)",
    );
  }
  return { roleArn, sessionName, seconds, policy: readPolicy(raw.get("Policy")) };
}

function readPolicy(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    const document: unknown = JSON.parse(text);
    parsePolicy(document);
    return document;
  } catch (error) {
    throw new AwsError(
      "MalformedPolicyDocument",
      400,
      `The policy is malformed: ${(error as Error).message}`,
    );
  }
}

function startSession(role: Role, asked: Asked, iam: Iam, now: Date): SessionCredentials {
  if (asked.seconds > role.maxSessionSeconds) {
    throw validation("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  }
  return iam.startSession(role, asked.sessionName, asked.seconds, now, asked.policy);
}

function describeSession(session: SessionCredentials): { [element: string]: XmlContent } {
  return {
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.sessionToken,
      Expiration: session.expiresAt,
    },
    AssumedRoleUser: { Arn: session.arn, AssumedRoleId: session.userId },
  };
}

function validation(message: string): AwsError {
  return new AwsError("ValidationError", 400, message);
}
