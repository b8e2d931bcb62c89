import { globalConditions } from "../../iam/authorization.ts";
import { decide } from "../../iam/policy.ts";
import { AwsError, type AwsRequest, type AwsResponse } from "../../service.ts";
import { escapeXml } from "../../xml.ts";
import { answerRead } from "../objects/get-object.ts";
import { isByKms } from "../objects/placement.ts";
import { noSuchBucket, noSuchKey } from "../protocol/errors.ts";
import { isRestricted, objectArn } from "../requests/access.ts";
import { corsHeaders } from "../requests/cors.ts";
import { parseAddress } from "../requests/route.ts";
import type { Bucket } from "../storage/bucket.ts";
import type { RoutingRule, WebsiteConfiguration } from "../storage/bucket-configuration.ts";
import type { ObjectRecord } from "../storage/object-record.ts";
import type { S3Store } from "../storage/store.ts";

type WebsiteRequest = Pick<AwsRequest, "method" | "path" | "headers" | "requestId">;

/**
 * What a bucket's website endpoint answers: for people, in HTML, without signatures.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteHosting.html
 */
export function answerWebsite(store: S3Store, bucketName: string, request: WebsiteRequest): AwsResponse {
  const bucket = store.find(bucketName);
  try {
    if (request.method !== "GET" && request.method !== "HEAD") {
      throw new AwsError(
        "MethodNotAllowed",
        405,
        "The specified method is not allowed against this resource.",
        { Method: request.method, ResourceType: "OBJECT" },
        { Allow: "HEAD, GET" },
      );
    }
    if (bucket === undefined) throw noSuchBucket(bucketName);
    const { website, cors } = bucket.configuration;
    if (website === undefined) {
      throw new AwsError(
        "NoSuchWebsiteConfiguration",
        404,
        "The specified bucket does not have a website configuration",
        { BucketName: bucketName },
      );
    }
    const response = answerSite(bucket, website, request);
    const allowed = corsHeaders(cors?.CORSRule ?? [], request.method, request.headers);
    return { ...response, headers: { ...allowed, ...response.headers } };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return errorPage(error, request.requestId);
  }
}

function answerSite(bucket: Bucket, website: WebsiteConfiguration, request: WebsiteRequest): AwsResponse {
  const { key } = parseAddress(`/${bucket.name}${request.path}`);
  const all = website.RedirectAllRequestsTo;
  if (all !== undefined) {
    return redirect(`${all.Protocol ?? "http"}://${all.HostName}${request.path}`, 301);
  }
  const rules = website.RoutingRules?.RoutingRule ?? [];
  const early = rules.find((rule) => fitsRule(rule, key, undefined));
  if (early !== undefined) return redirectByRule(early, key, request);
  try {
    return answerKey(bucket, website, key, request);
  } catch (error) {
    if (!(error instanceof AwsError) || error.status === 304) throw error;
    const late = rules.find((rule) => fitsRule(rule, key, error.status));
    if (late !== undefined) return redirectByRule(late, key, request);
    return errorDocument(bucket, website, error, request);
  }
}

function answerKey(
  bucket: Bucket,
  website: WebsiteConfiguration,
  key: string,
  request: WebsiteRequest,
): AwsResponse {
  const suffix = website.IndexDocument?.Suffix ?? "index.html";
  const isFolder = key === "" || key.endsWith("/");
  const wanted = isFolder ? `${key}${suffix}` : key;
  requirePublic(bucket, wanted, request);
  const object = bucket.get(wanted);
  if (object === undefined) {
    if (!isFolder && bucket.get(`${key}/${suffix}`) !== undefined) {
      return redirect(`${request.path}/`, 302);
    }
    throw noSuchKey(wanted);
  }
  // A website signs no request to KMS: https://repost.aws/knowledge-center/s3-website-cloudfront-error-403
  if (isByKms(object)) throw new AwsError("AccessDenied", 403, "Access Denied");
  const target = object.headers["x-amz-website-redirect-location"];
  if (target !== undefined) return redirect(target, 301);
  return withoutRedirectHeader(answerRead(bucket, object, request));
}

/** The site's own page for errors, which keeps the status of the error. */
function errorDocument(
  bucket: Bucket,
  website: WebsiteConfiguration,
  error: AwsError,
  request: WebsiteRequest,
): AwsResponse {
  const key = website.ErrorDocument?.Key;
  if (key === undefined || error.status >= 500) return errorPage(error, request.requestId);
  const object = readable(bucket, key, request);
  if (object === undefined) return errorPage(error, request.requestId, key);
  const page = answerRead(bucket, object, { method: request.method, headers: {} });
  return withoutRedirectHeader({ ...page, status: error.status });
}

function readable(bucket: Bucket, key: string, request: WebsiteRequest): ObjectRecord | undefined {
  try {
    requirePublic(bucket, key, request);
    return bucket.get(key);
  } catch {
    return undefined;
  }
}

/** A website is as public as its bucket's policy makes it. */
function requirePublic(bucket: Bucket, key: string, request: WebsiteRequest): void {
  const decision =
    bucket.policy === undefined || isRestricted(bucket)
      ? "none"
      : decide([bucket.policy], {
          action: "s3:GetObject",
          resource: objectArn(bucket.name, key),
          conditions: globalConditions({ kind: "anonymous", arn: "", accountId: "", userId: "" }, request),
          subject: { arns: [], accountId: undefined, isRoot: false },
        });
  if (decision !== "allow") throw new AwsError("AccessDenied", 403, "Access Denied");
}

function fitsRule({ Condition }: RoutingRule, key: string, status: number | undefined): boolean {
  const code = Condition?.HttpErrorCodeReturnedEquals;
  const prefix = Condition?.KeyPrefixEquals;
  if (prefix !== undefined && !key.startsWith(prefix)) return false;
  return status === undefined ? code === undefined : code === String(status);
}

function redirectByRule(
  { Condition, Redirect }: RoutingRule,
  key: string,
  request: WebsiteRequest,
): AwsResponse {
  const prefix = Condition?.KeyPrefixEquals ?? "";
  const target =
    Redirect.ReplaceKeyWith ??
    (Redirect.ReplaceKeyPrefixWith === undefined
      ? key
      : `${Redirect.ReplaceKeyPrefixWith}${key.slice(prefix.length)}`);
  const protocol = Redirect.Protocol ?? "http";
  const host = Redirect.HostName ?? request.headers.host ?? "localhost";
  return redirect(`${protocol}://${host}/${encodeURI(target)}`, Number(Redirect.HttpRedirectCode ?? 301));
}

function redirect(location: string, status: number): AwsResponse {
  return { status, headers: { Location: location }, body: "" };
}

function withoutRedirectHeader(response: AwsResponse): AwsResponse {
  const { "x-amz-website-redirect-location": _, ...headers } = response.headers ?? {};
  return { ...response, headers };
}

function errorPage(error: AwsError, requestId: string, missingDocument?: string): AwsResponse {
  const title = `${error.status} ${reasons[error.status] ?? "Error"}`;
  const facts = {
    Code: error.code,
    Message: error.message,
    ...error.fields,
    RequestId: requestId.replaceAll("-", "").slice(0, 16).toUpperCase(),
  };
  const items = Object.entries(facts).map(
    ([name, value]) => `<li>${escapeXml(name)}: ${escapeXml(String(value))}</li>\n`,
  );
  const second =
    missingDocument === undefined
      ? ""
      : `<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n<ul>\n<li>Code: NoSuchKey</li>\n<li>Key: ${escapeXml(missingDocument)}</li>\n</ul>\n`;
  return {
    status: error.status,
    headers: {
      ...error.headers,
      "Content-Type": "text/html; charset=utf-8",
      "x-amz-error-code": error.code,
      "x-amz-error-message": error.message,
    },
    body: `<html>\n<head><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n<ul>\n${items.join("")}</ul>\n${second}<hr/>\n</body>\n</html>\n`,
  };
}

const reasons: Readonly<Record<number, string>> = {
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  412: "Precondition Failed",
  416: "Requested Range Not Satisfiable",
};
