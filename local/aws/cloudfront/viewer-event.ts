import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import type { ViewerEvent, ViewerRequest, ViewerResponse } from "./viewer-function.ts";

/** What a viewer asked, as the edge goes on with it: a function may have changed it. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  /** Without "?". */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly ip: string;
}

export function eventOf(
  distributionId: string,
  eventType: ViewerEvent["context"]["eventType"],
  asked: Asked,
  response?: ViewerResponse,
): ViewerEvent {
  return {
    version: "1.0",
    context: {
      distributionDomainName: "local.cloudfront.net",
      distributionId,
      eventType,
      requestId: "local",
    },
    viewer: { ip: asked.ip },
    request: requestOf(asked),
    ...(response === undefined ? {} : { response }),
  };
}

function requestOf({ method, path, query, headers }: Asked): ViewerRequest {
  const { cookie, ...others } = headers;
  const cookies = (cookie ?? "").split(/;\s*/).flatMap((pair) => {
    const at = pair.indexOf("=");
    return at < 1 ? [] : [[pair.slice(0, at), { value: pair.slice(at + 1) }] as const];
  });
  return {
    method,
    uri: path,
    querystring: valuesOf([...new URLSearchParams(query)]),
    headers: headerValues(others),
    cookies: Object.fromEntries(cookies),
  };
}

function valuesOf(pairs: readonly (readonly [string, string])[]): ViewerRequest["querystring"] {
  const all = new Map<string, { value: string }[]>();
  for (const [name, value] of pairs) all.set(name, [...(all.get(name) ?? []), { value }]);
  return Object.fromEntries(
    [...all].map(([name, values]) => [
      name,
      { value: values[0]?.value ?? "", ...(values.length > 1 ? { multiValue: values } : {}) },
    ]),
  );
}

export function headerValues(headers: IncomingHttpHeaders): ViewerRequest["headers"] {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, { value: String(value) }] as const],
    ),
  );
}

/** What was asked, as the function has it; what it may only read (Host, Content-Length, Via) stays. */
export function askedAs(request: ViewerRequest, asked: Asked): Asked {
  const pairs = Object.entries(request.querystring).flatMap(([name, { value, multiValue }]) =>
    (multiValue ?? [{ value }]).map((one) => [name, one.value] as [string, string]),
  );
  const cookie = Object.entries(request.cookies)
    .map(([name, { value }]) => `${name}=${value}`)
    .join("; ");
  const before = requestOf(asked);
  const isSame = JSON.stringify(before.querystring) === JSON.stringify(request.querystring);
  const readOnly = ["host", "content-length", "transfer-encoding", "via"] as const;
  const kept = readOnly.flatMap((name) =>
    asked.headers[name] === undefined ? [] : [[name, asked.headers[name]]],
  );
  return {
    ...asked,
    path: request.uri,
    query: isSame ? asked.query : new URLSearchParams(pairs).toString(),
    headers: {
      ...Object.fromEntries(Object.entries(request.headers).map(([name, { value }]) => [name, value])),
      ...(cookie === "" ? {} : { cookie }),
      ...Object.fromEntries(kept),
    },
  };
}

export function headersAs({ headers = {} }: ViewerResponse): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, { value, multiValue }]) => [
      name,
      multiValue === undefined ? value : multiValue.map((one) => one.value),
    ]),
  );
}
