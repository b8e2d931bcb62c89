import type { IncomingMessage } from "node:http";
import type { AwsService } from "./service.ts";
import { type Authorization, parseAuthorization } from "./signature/authorization.ts";
import type { WireRequest } from "./signature/sigv4.ts";

/** A request as it arrived, and the service that it is for, before anything of it is believed. */
export interface RoutedRequest {
  readonly message: IncomingMessage;
  readonly requestId: string;
  readonly wire: WireRequest;
  /** Undefined for requests without a version 4 signature. */
  readonly authorization: Authorization | undefined;
  /** S3 where the signature names a service that is not here: its errors are the ones that most clients can read. */
  readonly service: AwsService;
}

/** Finds the service that a request is for. Throws when its signature is malformed. */
export function routeRequest(
  message: IncomingMessage,
  requestId: string,
  services: ReadonlyMap<string, AwsService>,
): RoutedRequest {
  const wire = wireRequest(message);
  const authorization = authorizationOf(wire);
  const name = authorization?.scope.service ?? unsignedService(wire);
  const service = services.get(name) ?? (services.get("s3") as AwsService);
  return { message, requestId, wire, authorization, service };
}

/** The request as its sender signed it. */
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

/** The version 4 signature of a request. Throws when it has one that is malformed. */
function authorizationOf(wire: WireRequest): Authorization | undefined {
  // Browsers send preflights for presigned addresses too, whose signature is for another method.
  return wire.method === "OPTIONS" ? undefined : parseAuthorization(wire);
}

/** The service that a request without a signature looks made for. What looks like no other's is S3's. */
function unsignedService(wire: WireRequest): string {
  const target = wire.headers.get("x-amz-target");
  if (target !== undefined) return target.split(".", 1)[0] as string;
  return isQuery(wire) ? "sts" : "s3";
}

/** Whether an unsigned request is one of the Query protocol. */
export function isQuery({ method, path, rawQuery, headers }: WireRequest): boolean {
  const form = headers.get("content-type")?.startsWith("application/x-www-form-urlencoded");
  return (
    path === "/" && ((method === "POST" && form === true) || new URLSearchParams(rawQuery).has("Action"))
  );
}
