import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { accessDenied, accessDeniedException, globalConditions } from "./iam/authorization.ts";
import type { Iam } from "./iam/iam.ts";
import type { Decision } from "./iam/policy.ts";
import { isQuery, type RoutedRequest } from "./route-request.ts";
import { headersOfForm, isForm, readForm } from "./s3/forms/form.ts";
import { checkFormPolicy } from "./s3/forms/form-policy.ts";
import {
  type Access,
  AwsError,
  type AwsRequest,
  type AwsService,
  type ConditionValues,
  type Principal,
  readBody,
  type WireProtocol,
} from "./service.ts";
import {
  type AccessKey,
  type Authenticated,
  type AuthenticationContext,
  authenticate,
} from "./signature/authenticate.ts";
import type { Authorization } from "./signature/authorization.ts";
import { openPayload, type Payload } from "./signature/payload.ts";
import { authenticatePresignedV2, isPresignedV2 } from "./signature/presigned-v2.ts";
import { authenticateForm } from "./signature/signed-form.ts";
import { sha256, unsignedPayload, type WireRequest } from "./signature/sigv4.ts";

const anonymous: Principal = { kind: "anonymous", arn: "", accountId: "", userId: "" };

/** Actions that STS answers without a signature. */
const unsignedActions = ["AssumeRoleWithWebIdentity"];

/** What requests are opened against: an account in a region, and the services in it. */
export interface Account {
  readonly region: string;
  readonly iam: Iam;
  readonly clock: { now(): Date };
  readonly services: ReadonlyMap<string, AwsService>;
}

/** Verifies who sent a request. Throws what the service answers to those who may not be believed. */
export async function openRequest(routed: RoutedRequest, account: Account): Promise<AwsRequest> {
  const { message, requestId, wire, authorization } = routed;
  if (authorization === undefined && routed.service.name === "s3" && isForm(wire)) {
    return await openForm(routed, account);
  }
  const { access, payload } =
    authorization === undefined
      ? await openUnsigned(routed, account)
      : await openSigned(routed, authorization, account);
  return {
    method: wire.method,
    path: wire.path,
    query: new URLSearchParams(wire.rawQuery),
    headers: message.headers,
    region: account.region,
    accountId: account.iam.accountId,
    requestId,
    body: payload.body,
    trailers: payload.trailers,
    access: accessOf(access, message, routed.service.protocol),
  };
}

/** A form posted to a bucket, as the PUT of its file. */
async function openForm(
  { message, wire, requestId, service }: RoutedRequest,
  account: Account,
): Promise<AwsRequest> {
  const form = await readForm(message, wire);
  const { fields } = form;
  const context = authenticationContext(account, { region: account.region, protocol: service.protocol });
  const access = authenticateForm(fields, context);
  if (fields.has("policy")) checkFormPolicy(form, context.now);
  const { host, origin } = message.headers;
  const headers = {
    ...headersOfForm(form),
    ...(host === undefined ? {} : { host }),
    ...(origin === undefined ? {} : { origin }),
  };
  return {
    method: "PUT",
    path: `/${form.bucket}/${(fields.get("key") ?? "").split("/").map(encodeURIComponent).join("/")}`,
    query: new URLSearchParams(),
    headers,
    region: account.region,
    accountId: account.iam.accountId,
    requestId,
    body: Readable.from([form.file]),
    trailers: {},
    access: accessOf(access, message, service.protocol),
    form: {
      status: fields.get("success_action_status"),
      redirect: fields.get("success_action_redirect") ?? fields.get("redirect"),
    },
  };
}

function accessOf(key: AccessKey | undefined, message: IncomingMessage, protocol: WireProtocol): Access {
  const denied = protocol === "json" ? accessDeniedException : accessDenied;
  const principal = key?.principal ?? anonymous;
  const decide = (action: string, resource: string, conditions: ConditionValues = {}): Decision =>
    key?.permits({
      action,
      resource,
      conditions: { ...globalConditions(principal, message), ...conditions },
      subject: undefined,
    }) ?? "none";
  return {
    principal,
    decide,
    allows: (action, resource, conditions = {}) => decide(action, resource, conditions) === "allow",
    authorize: (action, resource, conditions = {}) => {
      const decision = decide(action, resource, conditions);
      if (decision !== "allow") throw denied(principal, action, resource, decision);
    },
  };
}

interface Opened {
  readonly payload: Payload;
  /** Undefined for anonymous requests. */
  readonly access: AccessKey | undefined;
}

async function openSigned(
  { message, wire, service }: RoutedRequest,
  authorization: Authorization,
  account: Account,
): Promise<Opened> {
  const { service: name } = authorization.scope;
  const isKnown = service.name === name;
  const authentication = authenticationContext(account, {
    region: service.signingRegion ?? account.region,
    protocol: isKnown ? service.protocol : "query",
  });
  if (name === "s3") {
    const declared = declaredHash(wire, authorization);
    const authenticated = authenticate(wire, authorization, declared, authentication);
    return { access: authenticated.access, payload: payloadOf(message, declared, authenticated) };
  }
  const body = await readBody(message);
  const { access } = authenticate(wire, authorization, sha256(body), authentication);
  if (!isKnown) {
    throw new AwsError(
      "NotImplemented",
      501,
      `This stand-in has no service "${name}"; it has ${[...account.services.keys()].sort().join(", ")}`,
    );
  }
  return { access, payload: { body: Readable.from([body]), trailers: {} } };
}

function authenticationContext(
  { iam, clock }: Account,
  service: Pick<AuthenticationContext, "region" | "protocol">,
): AuthenticationContext {
  return { ...service, now: clock.now(), findKey: (id) => iam.findKey(id) };
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
async function openUnsigned({ message, wire, service }: RoutedRequest, account: Account): Promise<Opened> {
  if (service.protocol === "json") {
    throw new AwsError("MissingAuthenticationTokenException", 400, "Missing Authentication Token");
  }
  if (isQuery(wire)) {
    const body = await readBody(message);
    const query = new URLSearchParams(wire.rawQuery);
    const action = new URLSearchParams(body.toString("utf8")).get("Action") ?? query.get("Action") ?? "";
    if (!unsignedActions.includes(action)) {
      throw new AwsError("MissingAuthenticationToken", 403, "Request is missing Authentication Token");
    }
    return { access: undefined, payload: { body: Readable.from([body]), trailers: {} } };
  }
  const declared = wire.headers.get("x-amz-content-sha256") ?? unsignedPayload;
  const access = isPresignedV2(wire)
    ? authenticatePresignedV2(
        wire,
        authenticationContext(account, { region: account.region, protocol: service.protocol }),
      )
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
