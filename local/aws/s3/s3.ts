import { hash } from "node:crypto";
import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from "../service.ts";
import { xmlDocument } from "../xml.ts";
import { answerForm } from "./forms/form-answer.ts";
import { type S3Operation, s3Operations } from "./operations.ts";
import { notImplemented } from "./protocol/errors.ts";
import { corsHeaders } from "./requests/cors.ts";
import { requirePermission } from "./requests/permissions.ts";
import { type Address, parseAddress, routeOperation } from "./requests/route.ts";
import type { Bucket } from "./storage/bucket.ts";
import { understood } from "./storage/dialect.ts";
import type { S3Store } from "./storage/store.ts";

/**
 * Amazon S3 over REST and XML, path style. `requests/` finds the operation that a request asks for and who may have it;
 * `operations.ts` lists what can be run, in `buckets/`, `objects/`, `listing/` and `multipart/`, over what `storage/` keeps.
 * `website/` serves the same buckets to browsers, on ports of their own.
 */
export function s3Service(store: S3Store, clock: { now(): Date }): AwsService {
  const rulesFor = (address: Address) => store.find(address.bucket)?.configuration.cors?.CORSRule ?? [];
  return {
    name: "s3",
    protocol: "s3",
    async identify(request) {
      const address = parseAddress(request.path);
      const { name } = routed(request, address);
      return { name, target: targetOf(address) };
    },
    async handle(request) {
      const address = parseAddress(request.path);
      const { name, implemented } = routed(request, address);
      if (name === "Preflight")
        return preflight(request, corsHeaders(rulesFor(address), "OPTIONS", request.headers));
      const operation: S3Operation | undefined = s3Operations[name];
      if (!implemented || operation === undefined) throw notImplemented(`the operation ${name}`);
      const plain = { request, store, address, now: clock.now() };
      if (operation.level === "service") {
        requirePermission(name, plain, undefined);
        return operation.run(plain);
      }
      const bucket = store.bucket(address.bucket);
      const call = { ...plain, request: understood(request, bucket.dialect) };
      requireOwner(call.request, "x-amz-expected-bucket-owner");
      requireOwner(call.request, "x-amz-source-expected-bucket-owner");
      requirePermission(name, call, bucket);
      const answer = withEncryption(name, bucket, await operation.run({ ...call, bucket }));
      return answerForm(request, answer, address);
    },
    renderError(error, { path, requestId }) {
      const { bucket, key } = safeAddress(path);
      return {
        status: error.status,
        headers: { ...error.headers, "Content-Type": "application/xml" },
        body: xmlDocument("Error", undefined, {
          Code: error.code,
          Message: error.message,
          ...error.fields,
          Resource: error.fields.Key === undefined ? `/${bucket}${key === "" ? "" : `/${key}`}` : undefined,
          RequestId: s3RequestId(requestId),
          HostId: hostId(requestId),
        }),
      };
    },
    commonHeaders({ method, path, headers, requestId }) {
      const ids = { "x-amz-request-id": s3RequestId(requestId), "x-amz-id-2": hostId(requestId) };
      return method === "OPTIONS"
        ? ids
        : { ...ids, ...corsHeaders(rulesFor(safeAddress(path)), method, headers) };
    },
    async close() {
      store.close();
    },
  };
}

function routed(request: AwsRequest, address: Address): ReturnType<typeof routeOperation> {
  return routeOperation(
    request.method,
    address,
    request.query,
    (name) => request.headers[name] !== undefined,
  );
}

/** Every bucket here is of the account. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html */
function requireOwner({ headers, accountId }: AwsRequest, name: string): void {
  const expected = headers[name]?.toString();
  if (expected === undefined || expected === accountId) return;
  if (!/^\d{12}$/.test(expected)) {
    throw new AwsError(
      "InvalidBucketOwnerAWSAccountID",
      400,
      "The value of the expected bucket owner parameter must be an AWS account ID",
    );
  }
  throw new AwsError("AccessDenied", 403, "Access Denied");
}

const encrypted =
  /^(PutObject|CopyObject|CreateMultipartUpload|UploadPart|UploadPartCopy|CompleteMultipartUpload|GetObject|HeadObject)$/;

/**
 * Every object is encrypted, and these answers say how:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html
 */
function withEncryption(operation: string, { dialect }: Bucket, answer: AwsResponse): AwsResponse {
  if (!encrypted.test(operation) || answer.status >= 300) return answer;
  const algorithm = dialect.etags === "opaque" ? "aws:kms" : "AES256";
  return { ...answer, headers: { "x-amz-server-side-encryption": algorithm, ...answer.headers } };
}

function targetOf({ bucket, key }: Address): string {
  return key === "" ? bucket : `${bucket}/${key}`;
}

function preflight(
  request: AwsRequest,
  cors: Record<string, string>,
): { status: number; headers: Record<string, string> } {
  if (request.headers.origin === undefined) {
    throw new AwsError("BadRequest", 400, "Insufficient information. Origin request header needed.");
  }
  if (Object.keys(cors).length === 0) {
    throw new AwsError(
      "AccessForbidden",
      403,
      "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
      { Method: request.headers["access-control-request-method"] ?? "" },
    );
  }
  return { status: 200, headers: cors };
}

function safeAddress(path: string): Address {
  try {
    return parseAddress(path);
  } catch {
    return { bucket: "", key: "" };
  }
}

/** S3's ids look like this: 16 characters of [0-9A-Z]. */
function s3RequestId(requestId: string): string {
  return requestId.replaceAll("-", "").slice(0, 16).toUpperCase();
}

function hostId(requestId: string): string {
  return hash("sha384", requestId, "base64");
}
