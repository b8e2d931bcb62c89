import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";

/** Who signed a request. */
export interface Principal {
  readonly kind: "root" | "assumed-role" | "service" | "anonymous";
  /** e.g. arn:aws:sts::000000000000:assumed-role/deploy/run-12 ; "" for anonymous requests. */
  readonly arn: string;
  readonly accountId: string;
  readonly userId: string;
  /** Name of the assumed role. */
  readonly role?: string;
  /** A service of AWS that acts for one of the account's resources. */
  readonly service?: { readonly name: string; readonly sourceArn: string };
}

/** Values of condition keys by name (`s3:if-none-match`), as permission policies see them. */
export type ConditionValues = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What the sender of a request may do. */
export interface Access {
  readonly principal: Principal;
  /** What the principal's own policies say about the action (`s3:PutObject`) on the resource (an ARN). */
  decide(action: string, resource: string, conditions?: ConditionValues): "allow" | "deny" | "none";
  /** True when the policies of the principal's role allow the action on the resource. */
  allows(action: string, resource: string, conditions?: ConditionValues): boolean;
  /** As `allows`, but throws AWS's AccessDenied. */
  authorize(action: string, resource: string, conditions?: ConditionValues): void;
}

/** A request whose signature has been checked. */
export interface AwsRequest {
  readonly method: string;
  /** As sent: still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly region: string;
  readonly accountId: string;
  /** Also sent as the response header `x-amzn-requestid` (S3: `x-amz-request-id`). */
  readonly requestId: string;
  /**
   * The payload, `aws-chunked` framing removed. Errors with an AwsError when it does not match the signature or the
   * checksums sent along, so an effect must wait for its end.
   */
  readonly body: AsyncIterable<Buffer>;
  /** Checksums that followed the payload as HTTP trailers, by lower-case name; complete once `body` has ended. */
  readonly trailers: Readonly<Record<string, string>>;
  readonly access: Access;
  /** There where it was a form that a browser posted; the request is the PUT that it stands for. */
  readonly form?: { readonly status: string | undefined; readonly redirect: string | undefined };
}

export interface AwsResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | Buffer | Readable;
}

/** An operation as faults and the request log name it. */
export interface Operation {
  /** e.g. PutObject, UpdateEnvironment */
  readonly name: string;
  /** What it acts on, for people and for faults' `key`: bucket/key, environment name; "" where there is nothing. */
  readonly target: string;
  /** Parameters worth a line in the request log; never secrets. */
  readonly details?: Readonly<Record<string, string>>;
}

/** How a service words its errors: S3, the services over form-encoded or REST XML, and those over JSON 1.1. */
export type WireProtocol = "s3" | "query" | "json";

/**
 * One AWS service behind the common endpoint. `queryService` (query-protocol.ts) and `jsonService` (json-protocol.ts) make those
 * that speak these protocols.
 */
export interface AwsService {
  /** The name in the credential scope of signatures: s3, elasticbeanstalk, sts, … */
  readonly name: string;
  readonly protocol: WireProtocol;
  /** The region in signatures for a service that has one for all the world; the endpoint's where absent. */
  readonly signingRegion?: string;
  /** Names what the request asks for, before anything happens. May read the body only if `handle` copes with that. */
  identify(request: AwsRequest): Promise<Operation>;
  handle(request: AwsRequest, operation: Operation): Promise<AwsResponse>;
  /** The error in the wire format of this service. */
  renderError(error: AwsError, request: Pick<AwsRequest, "path" | "requestId" | "headers">): AwsResponse;
  /** Headers that every answer gets, errors included. */
  commonHeaders?(
    request: Pick<AwsRequest, "method" | "path" | "headers" | "requestId">,
  ): Readonly<Record<string, string>>;
  /** What can go wrong in this service and in no other; `/_local/<name>/faults` switches it. */
  readonly faults?: ServiceFaults;
  close?(): Promise<void>;
}

export interface ServiceFaults {
  list(): readonly object[];
  /** Throws a plain Error that says what about the fault, which came as JSON, is wrong. */
  add(fault: unknown): void;
  clear(): void;
}

/** An error that clients get, with the code that the real service uses. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further elements of the error document (S3: Key, BucketName, Condition …). */
  readonly fields: Readonly<Record<string, string | number>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: string,
    status: number,
    message: string,
    fields: Readonly<Record<string, string | number>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = "AwsError";
    this.code = code;
    this.status = status;
    this.fields = fields;
    this.headers = headers;
  }
}

/** Reads the whole payload. Throws RequestEntityTooLarge beyond `limit` bytes. */
export async function readBody(body: AsyncIterable<Buffer>, limit = 10 * 1024 * 1024): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) {
      throw new AwsError("RequestEntityTooLarge", 413, `The request body exceeds ${limit} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
