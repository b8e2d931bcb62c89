import { AwsError } from "../../service.ts";

/** Where a path-style request points: `/`, `/bucket` or `/bucket/key`. */
export interface Address {
  readonly bucket: string;
  readonly key: string;
}

/**
 * Decodes the path. Throws InvalidURI when it is not the percent-encoding of UTF-8, or when the key climbs out of its bucket:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html. "+" stands for a space, as S3 reads it.
 */
export function parseAddress(path: string): Address {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path.replaceAll("+", "%20"));
  } catch {
    throw new AwsError("InvalidURI", 400, "Couldn't parse the specified URI.", { URI: path });
  }
  const [, bucket = "", key = ""] = /^\/?([^/]*)\/?(.*)$/s.exec(decoded) ?? [];
  if (climbs(key)) throw new AwsError("InvalidURI", 400, "Couldn't parse the specified URI.", { URI: path });
  return { bucket, key };
}

/** Read from left to right, there are more `..` than other parts at some place. */
function climbs(key: string): boolean {
  let depth = 0;
  return key.split("/").some((part) => {
    if (part === "..") depth -= 1;
    else if (part !== "" && part !== ".") depth += 1;
    return depth < 0;
  });
}

type Level = "service" | "bucket" | "object";

interface Route {
  readonly level: Level;
  readonly method: string;
  /** Query parameters that tell this operation from others; the first route that fits is taken. */
  readonly query?: readonly string[];
  readonly header?: string;
  readonly name: string;
}

const routes: readonly Route[] = [
  { level: "service", method: "GET", name: "ListBuckets" },

  { level: "bucket", method: "GET", query: ["location"], name: "GetBucketLocation" },
  { level: "bucket", method: "GET", query: ["versioning"], name: "GetBucketVersioning" },
  { level: "bucket", method: "PUT", query: ["versioning"], name: "PutBucketVersioning" },
  { level: "bucket", method: "GET", query: ["versions"], name: "ListObjectVersions" },
  { level: "bucket", method: "GET", query: ["uploads"], name: "ListMultipartUploads" },
  { level: "bucket", method: "GET", query: ["list-type"], name: "ListObjectsV2" },
  { level: "bucket", method: "GET", name: "ListObjects" },
  { level: "bucket", method: "HEAD", name: "HeadBucket" },
  { level: "bucket", method: "POST", query: ["delete"], name: "DeleteObjects" },
  { level: "bucket", method: "PUT", name: "CreateBucket" },
  { level: "bucket", method: "DELETE", name: "DeleteBucket" },

  { level: "object", method: "GET", query: ["uploadId"], name: "ListParts" },
  { level: "object", method: "GET", query: ["tagging"], name: "GetObjectTagging" },
  { level: "object", method: "GET", query: ["attributes"], name: "GetObjectAttributes" },
  { level: "object", method: "GET", query: ["acl"], name: "GetObjectAcl" },
  { level: "object", method: "PUT", query: ["acl"], name: "PutObjectAcl" },
  { level: "object", method: "GET", name: "GetObject" },
  { level: "object", method: "HEAD", name: "HeadObject" },
  {
    level: "object",
    method: "PUT",
    query: ["partNumber", "uploadId"],
    header: "x-amz-copy-source",
    name: "UploadPartCopy",
  },
  { level: "object", method: "PUT", query: ["partNumber", "uploadId"], name: "UploadPart" },
  { level: "object", method: "PUT", query: ["tagging"], name: "PutObjectTagging" },
  { level: "object", method: "PUT", header: "x-amz-copy-source", name: "CopyObject" },
  { level: "object", method: "PUT", name: "PutObject" },
  { level: "object", method: "POST", query: ["uploads"], name: "CreateMultipartUpload" },
  { level: "object", method: "POST", query: ["uploadId"], name: "CompleteMultipartUpload" },
  { level: "object", method: "DELETE", query: ["uploadId"], name: "AbortMultipartUpload" },
  { level: "object", method: "DELETE", query: ["tagging"], name: "DeleteObjectTagging" },
  { level: "object", method: "DELETE", name: "DeleteObject" },
];

/** Sub-resources, the names of the operations on them, and the methods that are implemented. */
const configurations: Readonly<
  Record<string, { readonly name: string; readonly methods: readonly string[] }>
> = {
  accelerate: { name: "BucketAccelerateConfiguration", methods: [] },
  acl: { name: "BucketAcl", methods: ["GET", "PUT"] },
  analytics: { name: "BucketAnalyticsConfiguration", methods: [] },
  cors: { name: "BucketCors", methods: ["GET", "PUT", "DELETE"] },
  encryption: { name: "BucketEncryption", methods: ["GET"] },
  "intelligent-tiering": { name: "BucketIntelligentTieringConfiguration", methods: [] },
  inventory: { name: "BucketInventoryConfiguration", methods: [] },
  lifecycle: { name: "BucketLifecycleConfiguration", methods: ["GET"] },
  logging: { name: "BucketLogging", methods: [] },
  metrics: { name: "BucketMetricsConfiguration", methods: [] },
  notification: { name: "BucketNotificationConfiguration", methods: [] },
  "object-lock": { name: "ObjectLockConfiguration", methods: [] },
  ownershipControls: { name: "BucketOwnershipControls", methods: ["GET"] },
  policy: { name: "BucketPolicy", methods: ["GET", "PUT", "DELETE"] },
  policyStatus: { name: "BucketPolicyStatus", methods: ["GET"] },
  publicAccessBlock: { name: "PublicAccessBlock", methods: ["GET", "PUT", "DELETE"] },
  replication: { name: "BucketReplication", methods: [] },
  requestPayment: { name: "BucketRequestPayment", methods: ["GET"] },
  tagging: { name: "BucketTagging", methods: ["GET", "PUT", "DELETE"] },
  website: { name: "BucketWebsite", methods: ["GET", "PUT", "DELETE"] },
};

const verbs: Readonly<Record<string, string>> = { GET: "Get", PUT: "Put", DELETE: "Delete" };

/** Parameters that select an operation of S3; any that no route names means an operation that is not implemented. */
const subResources = new Set(
  (
    "accelerate acl analytics attributes cors delete encryption intelligent-tiering inventory legal-hold lifecycle " +
    "location logging metrics notification object-lock ownershipControls partNumber policy policyStatus publicAccessBlock " +
    "renameObject replication requestPayment restore retention select session tagging torrent uploadId uploads versioning " +
    "versions website"
  ).split(" "),
);

/**
 * The operation that a request asks for. `implemented` is false for one that S3 has and this stand-in does not; its name
 * then says what was asked: `PUT ?lifecycle`.
 */
export function routeOperation(
  method: string,
  address: Address,
  query: URLSearchParams,
  hasHeader: (name: string) => boolean,
): { readonly name: string; readonly implemented: boolean } {
  if (method === "OPTIONS") return { name: "Preflight", implemented: true };
  const level: Level = address.bucket === "" ? "service" : address.key === "" ? "bucket" : "object";
  const asked = [...query.keys()].filter((name) => subResources.has(name));
  if (level === "bucket") {
    const configuration = configurations[asked[0] ?? ""];
    if (configuration !== undefined && verbs[method] !== undefined) {
      return {
        name: `${verbs[method]}${configuration.name}`,
        implemented: configuration.methods.includes(method),
      };
    }
  }
  const route = routes.find(
    (candidate) =>
      candidate.level === level &&
      candidate.method === method &&
      (candidate.query ?? []).every((name) => query.has(name)) &&
      (candidate.header === undefined || hasHeader(candidate.header)) &&
      asked.every((name) => candidate.query?.includes(name)),
  );
  if (route !== undefined) return { name: route.name, implemented: true };
  return { name: `${method} ${level}${asked.map((name) => ` ?${name}`).join("")}`, implemented: false };
}
