import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { DispatchContext } from "./dispatch.ts";
import { accessDenied, globalConditions } from "./iam/authorization.ts";
import type { Decision } from "./iam/policy.ts";
import {
  AwsError,
  type AwsRequest,
  type AwsService,
  type ConditionValues,
  type Principal,
  readBody,
} from "./service.ts";
import {
  type AccessKey,
  type Authenticated,
  type AuthenticationContext,
  authenticate,
} from "./signature/authenticate.ts";
import { type Authorization, parseAuthorization } from "./signature/authorization.ts";
import { openPayload, type Payload } from "./signature/payload.ts";
import { authenticatePresignedV2, isPresignedV2 } from "./signature/presigned-v2.ts";
import { sha256, unsignedPayload, type WireRequest } from "./signature/sigv4.ts";

const anonymous: Principal = { kind: "anonymous", arn: "", accountId: "", userId: "" };

/** Actions that STS answers without a signature. */
const unsignedActions = ["AssumeRoleWithWebIdentity"];

/**
 * Finds the service that a request is for (`choose` is told as soon as that is known, so that errors are in its format),
 * and verifies who sent it.
 */
export async function openRequest(
  message: IncomingMessage,
  requestId: string,
  context: DispatchContext,
  choose: (service: AwsService) => void,
): Promise<AwsRequest> {
  const wire = wireRequest(message);
  // Browsers send preflights for presigned addresses too, whose signature is for another method.
  const authorization = wire.method === "OPTIONS" ? undefined : parseAuthorization(wire);
  const opened =
    authorization === undefined
      ? await openUnsigned(message, wire, context, choose)
      : await openSigned(message, wire, authorization, context, choose);
  const { access, payload } = opened;
  const principal = access?.principal ?? anonymous;
  const decide = (action: string, resource: string, conditions: ConditionValues = {}): Decision =>
    access?.permits({
      action,
      resource,
      conditions: { ...globalConditions(principal, message), ...conditions },
      subject: undefined,
    }) ?? "none";
  return {
    method: wire.method,
    path: wire.path,
    query: new URLSearchParams(wire.rawQuery),
    headers: message.headers,
    principal,
    region: context.region,
    accountId: context.iam.accountId,
    requestId,
    body: payload.body,
    trailers: payload.trailers,
    decide,
    allows: (action, resource, conditions = {}) => decide(action, resource, conditions) === "allow",
    authorize: (action, resource, conditions = {}) => {
      const decision = decide(action, resource, conditions);
      if (decision !== "allow") throw accessDenied(principal, action, resource, decision);
    },
  };
}

interface Opened {
  readonly payload: Payload;
  /** Undefined for anonymous requests. */
  readonly access: AccessKey | undefined;
}

async function openSigned(
  message: IncomingMessage,
  wire: WireRequest,
  authorization: Authorization,
  context: DispatchContext,
  choose: (service: AwsService) => void,
): Promise<Opened> {
  const name = authorization.scope.service;
  const service = context.services.get(name);
  if (service !== undefined) choose(service);
  const authentication = authenticationContext(context, service?.signingRegion);
  if (name === "s3") {
    const declared = declaredHash(wire, authorization);
    const authenticated = authenticate(wire, authorization, declared, authentication);
    return { access: authenticated.access, payload: payloadOf(message, declared, authenticated) };
  }
  const body = await readBody(message);
  const { access } = authenticate(wire, authorization, sha256(body), authentication);
  if (service === undefined) {
    throw new AwsError(
      "NotImplemented",
      501,
      `This stand-in has no service "${name}"; it has ${[...context.services.keys()].sort().join(", ")}`,
    );
  }
  return { access, payload: { body: Readable.from([body]), trailers: {} } };
}

function authenticationContext(context: DispatchContext, region = context.region): AuthenticationContext {
  return {
    now: context.clock.now(),
    region,
    findKey: (id) => context.iam.findKey(id),
  };
}

function declaredHash(wire: WireRequest, authorization: Authorization): string {
  const header = wire.headers.get("x-amz-content-sha256");
  if (authorization.expiresSeconds !== undefined) return header ?? unsignedPayload;
  if (header === undefined) {
    throw new AwsError(
      "InvalidRequest",
      400,
      "Missing required header for this request: x-amz-content-sha256",
    );
  }
  return header;
}

/** Requests without a version 4 signature are S3's, most of them anonymous, except for what STS answers without a signature. */
async function openUnsigned(
  message: IncomingMessage,
  wire: WireRequest,
  context: DispatchContext,
  choose: (service: AwsService) => void,
): Promise<Opened> {
  const form = wire.headers.get("content-type")?.startsWith("application/x-www-form-urlencoded");
  const query = new URLSearchParams(wire.rawQuery);
  if (wire.path === "/" && ((wire.method === "POST" && form) || query.has("Action"))) {
    const body = await readBody(message);
    const action = new URLSearchParams(body.toString("utf8")).get("Action") ?? query.get("Action") ?? "";
    const sts = context.services.get("sts");
    if (sts !== undefined) choose(sts);
    if (!unsignedActions.includes(action)) {
      throw new AwsError("MissingAuthenticationToken", 403, "Request is missing Authentication Token");
    }
    return { access: undefined, payload: { body: Readable.from([body]), trailers: {} } };
  }
  const declared = wire.headers.get("x-amz-content-sha256") ?? unsignedPayload;
  const access = isPresignedV2(wire)
    ? authenticatePresignedV2(wire, authenticationContext(context))
    : undefined;
  return { access, payload: payloadOf(message, declared, undefined) };
}

function payloadOf(
  message: IncomingMessage,
  declared: string,
  authenticated: Authenticated | undefined,
): Payload {
  const decodedLength = message.headers["x-amz-decoded-content-length"];
  return openPayload(message, declared, decodedLength?.toString(), authenticated);
}

function wireRequest(message: IncomingMessage): WireRequest {
  const headers = new Map<string, string>();
  for (let at = 0; at < message.rawHeaders.length; at += 2) {
    const name = (message.rawHeaders[at] as string).toLowerCase();
    // Node reads header bytes as Latin-1; signatures are over UTF-8.
    const value = Buffer.from(message.rawHeaders[at + 1] as string, "latin1").toString("utf8");
    const known = headers.get(name);
    headers.set(name, known === undefined ? value : `${known},${value}`);
  }
  const url = message.url ?? "/";
  const at = url.indexOf("?");
  return {
    method: message.method ?? "GET",
    path: at < 0 ? url : url.slice(0, at),
    rawQuery: at < 0 ? "" : url.slice(at + 1),
    headers,
  };
}
