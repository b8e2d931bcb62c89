import { jsonResponse, wantsJson } from "./query-json.ts";
import {
  type Access,
  AwsError,
  type AwsRequest,
  type AwsResponse,
  type AwsService,
  type Operation,
  readBody,
  type ServiceFaults,
} from "./service.ts";
import { type XmlContent, xmlDocument } from "./xml.ts";

/** Parameters of a Query request: lists (`X.member.1`, `X.members.1`, `X.entry.1`) become arrays, dots become objects. */
export type Parameters = { readonly [name: string]: string | Parameters | readonly (string | Parameters)[] };

export interface QueryRequest {
  readonly action: string;
  /** As sent: `OptionSettings.member.1.Value`. */
  readonly raw: URLSearchParams;
  readonly parameters: Parameters;
  readonly requestId: string;
  readonly access: Access;
}

/**
 * One operation of a Query-protocol service. What `run` resolves to is the content of `<XResult>`; `undefined` leaves that
 * element out, as AWS does for operations without output.
 */
export interface QueryOperation {
  /** ARN that permissions are checked for, as `<service>:<Action>`; "*" when absent, no check when null. */
  readonly resource?: ((request: QueryRequest) => string) | null;
  /** What the request log and faults' `key` show. */
  readonly target?: (request: QueryRequest) => string;
  run(request: QueryRequest): Promise<XmlContent>;
}

interface QueryServiceOptions {
  readonly name: string;
  /** e.g. http://elasticbeanstalk.amazonaws.com/docs/2010-12-01/ */
  readonly xmlns: string;
  /** e.g. 2010-12-01 */
  readonly version: string;
  readonly operations: Readonly<Record<string, QueryOperation>>;
  /** Operations that the real service has and this one does not: answered with NotImplemented rather than InvalidAction. */
  readonly faults?: ServiceFaults;
  /** Whether it also takes `Operation` for `Action` and answers JSON to who asks for it, as Elastic Beanstalk does. */
  readonly json?: boolean;
  readonly close?: () => Promise<void>;
}

/** Makes a service of the AWS Query protocol (form-encoded POST in, XML out): parsing, dispatch, envelopes, errors. */
export function queryService(options: QueryServiceOptions): AwsService {
  const parsed = new WeakMap<AwsRequest, QueryRequest>();
  const operationOf = (request: QueryRequest): QueryOperation => {
    const operation = Object.hasOwn(options.operations, request.action)
      ? options.operations[request.action]
      : undefined;
    if (operation === undefined) {
      throw new AwsError(
        "InvalidAction",
        400,
        `Could not find operation ${request.action} for version ${options.version}: ` +
          `this stand-in for ${options.name} knows ${Object.keys(options.operations).sort().join(", ")}`,
      );
    }
    return operation;
  };
  return {
    name: options.name,
    protocol: "query",
    async identify(request): Promise<Operation> {
      const query = await parseRequest(request, options);
      parsed.set(request, query);
      const known = Object.hasOwn(options.operations, query.action);
      return {
        name: query.action,
        target: (known && options.operations[query.action]?.target?.(query)) || "",
        details: Object.fromEntries([...query.raw].filter(([name]) => !unlogged.test(name))),
      };
    },
    async handle(request): Promise<AwsResponse> {
      const query = parsed.get(request) ?? (await parseRequest(request, options));
      const operation = operationOf(query);
      if (operation.resource !== null) {
        query.access.authorize(`${options.name}:${query.action}`, operation.resource?.(query) ?? "*");
      }
      const { requestId, headers } = request;
      const content = {
        [`${query.action}Result`]: await operation.run(query),
        ResponseMetadata: { RequestId: requestId },
      };
      const root = `${query.action}Response`;
      return options.json === true && wantsJson(headers.accept)
        ? jsonResponse(200, requestId, { [root]: content })
        : xmlResponse(200, requestId, xmlDocument(root, options.xmlns, content));
    },
    renderError: ({ status, code, message, headers: own }, { requestId, headers }) => {
      const content = {
        Error: { Type: status < 500 ? "Sender" : "Receiver", Code: code, Message: message },
        RequestId: requestId,
      };
      return options.json === true && wantsJson(headers.accept)
        ? jsonResponse(status, requestId, content, own)
        : xmlResponse(status, requestId, xmlDocument("ErrorResponse", options.xmlns, content), own);
    },
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    ...(options.close === undefined ? {} : { close: options.close }),
  };
}

/** Tokens and option values may be secrets; the protocol's own parameters are noise. */
const unlogged = /^(Action|Operation|Version|WebIdentityToken|Policy)$|\.Value$/;

async function parseRequest(request: AwsRequest, { json }: QueryServiceOptions): Promise<QueryRequest> {
  const raw = new URLSearchParams(request.query);
  for (const [name, value] of new URLSearchParams((await readBody(request.body)).toString("utf8"))) {
    raw.set(name, value);
  }
  const action = raw.get("Action") ?? (json === true ? raw.get("Operation") : null) ?? "";
  if (action === "") throw new AwsError("MissingAction", 400, "The request has no parameter Action");
  const { requestId, access } = request;
  return { action, raw, parameters: parseParameters(raw), requestId, access };
}

/** The tree that dotted parameter names describe. */
export function parseParameters(raw: URLSearchParams): Parameters {
  const root: Tree = new Map();
  for (const [name, value] of raw) {
    let node = root;
    const steps = name.split(".");
    const last = steps.pop() as string;
    for (const step of steps) {
      const next = node.get(step);
      if (next instanceof Map) node = next;
      else {
        const created: Tree = new Map();
        node.set(step, created);
        node = created;
      }
    }
    node.set(last, value);
  }
  return fromTree(root) as Parameters;
}

type Tree = Map<string, string | Tree>;

function fromTree(node: string | Tree): Parameters[string] {
  if (typeof node === "string") return node;
  const list = node.size === 1 ? (node.get("member") ?? node.get("members") ?? node.get("entry")) : undefined;
  if (list instanceof Map && [...list.keys()].every((key) => /^\d+$/.test(key))) {
    return [...list]
      .sort(([left], [right]) => Number(left) - Number(right))
      .map(([, entry]) => fromTree(entry) as string | Parameters);
  }
  return Object.fromEntries([...node].map(([name, child]) => [name, fromTree(child)]));
}

function xmlResponse(
  status: number,
  requestId: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): AwsResponse {
  return {
    status,
    headers: { ...headers, "content-type": "text/xml", "x-amzn-requestid": requestId },
    body,
  };
}
