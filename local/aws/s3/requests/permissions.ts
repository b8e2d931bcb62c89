import type { ConditionValues } from "../../service.ts";
import type { Bucket } from "../storage/bucket.ts";
import { bucketArn, objectArn, requireAccess } from "./access.ts";
import type { S3Call } from "./call.ts";

type Resource = "*" | "bucket" | "object";

/**
 * The permission that each operation needs, where it is not `s3:<Operation>`:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
const permissions: Readonly<Record<string, readonly [action: string, resource: Resource]>> = {
  ListBuckets: ["s3:ListAllMyBuckets", "*"],
  CreateBucket: ["s3:CreateBucket", "bucket"],
  HeadBucket: ["s3:ListBucket", "bucket"],
  DeleteBucket: ["s3:DeleteBucket", "bucket"],
  GetBucketLocation: ["s3:GetBucketLocation", "bucket"],
  GetBucketVersioning: ["s3:GetBucketVersioning", "bucket"],
  PutBucketVersioning: ["s3:PutBucketVersioning", "bucket"],
  ListObjectVersions: ["s3:ListBucketVersions", "bucket"],
  ListObjects: ["s3:ListBucket", "bucket"],
  ListObjectsV2: ["s3:ListBucket", "bucket"],
  ListMultipartUploads: ["s3:ListBucketMultipartUploads", "bucket"],
  GetBucketAcl: ["s3:GetBucketAcl", "bucket"],
  PutBucketAcl: ["s3:PutBucketAcl", "bucket"],
  GetBucketCors: ["s3:GetBucketCORS", "bucket"],
  PutBucketCors: ["s3:PutBucketCORS", "bucket"],
  DeleteBucketCors: ["s3:PutBucketCORS", "bucket"],
  GetBucketEncryption: ["s3:GetEncryptionConfiguration", "bucket"],
  GetBucketLifecycleConfiguration: ["s3:GetLifecycleConfiguration", "bucket"],
  GetBucketOwnershipControls: ["s3:GetBucketOwnershipControls", "bucket"],
  GetBucketRequestPayment: ["s3:GetBucketRequestPayment", "bucket"],
  GetBucketPolicy: ["s3:GetBucketPolicy", "bucket"],
  PutBucketPolicy: ["s3:PutBucketPolicy", "bucket"],
  DeleteBucketPolicy: ["s3:DeleteBucketPolicy", "bucket"],
  GetBucketPolicyStatus: ["s3:GetBucketPolicyStatus", "bucket"],
  GetPublicAccessBlock: ["s3:GetBucketPublicAccessBlock", "bucket"],
  PutPublicAccessBlock: ["s3:PutBucketPublicAccessBlock", "bucket"],
  DeletePublicAccessBlock: ["s3:PutBucketPublicAccessBlock", "bucket"],
  GetBucketTagging: ["s3:GetBucketTagging", "bucket"],
  PutBucketTagging: ["s3:PutBucketTagging", "bucket"],
  DeleteBucketTagging: ["s3:PutBucketTagging", "bucket"],
  GetBucketWebsite: ["s3:GetBucketWebsite", "bucket"],
  PutBucketWebsite: ["s3:PutBucketWebsite", "bucket"],
  DeleteBucketWebsite: ["s3:DeleteBucketWebsite", "bucket"],
  GetObject: ["s3:GetObject", "object"],
  HeadObject: ["s3:GetObject", "object"],
  GetObjectAttributes: ["s3:GetObjectAttributes", "object"],
  GetObjectAcl: ["s3:GetObjectAcl", "object"],
  PutObjectAcl: ["s3:PutObjectAcl", "object"],
  GetObjectTagging: ["s3:GetObjectTagging", "object"],
  PutObject: ["s3:PutObject", "object"],
  CopyObject: ["s3:PutObject", "object"],
  PutObjectTagging: ["s3:PutObjectTagging", "object"],
  DeleteObject: ["s3:DeleteObject", "object"],
  DeleteObjectTagging: ["s3:DeleteObjectTagging", "object"],
  CreateMultipartUpload: ["s3:PutObject", "object"],
  UploadPart: ["s3:PutObject", "object"],
  UploadPartCopy: ["s3:PutObject", "object"],
  CompleteMultipartUpload: ["s3:PutObject", "object"],
  AbortMultipartUpload: ["s3:AbortMultipartUpload", "object"],
  ListParts: ["s3:ListMultipartUploadParts", "object"],
};

/** A version that is named is another permission: s3:GetObjectVersion, s3:DeleteObjectVersion, s3:GetObjectVersionTagging … */
export function actionOn(action: string, namesVersion: boolean): string {
  return namesVersion ? action.replace(/^(s3:(?:Get|Put|Delete)Object)(?!Version)/, "$1Version") : action;
}

/** Throws AccessDenied unless the requester may do this. DeleteObjects decides per key; sources of copies are checked as they are read. */
export function requirePermission(
  operation: string,
  { request, address }: S3Call,
  bucket: Bucket | undefined,
): void {
  if (operation === "DeleteObjects") return;
  const permission = permissions[operation];
  if (permission === undefined) throw new Error(`no permission is known for the S3 operation ${operation}`);
  const [plainAction, resource] = permission;
  const action = actionOn(plainAction, request.query.has("versionId"));
  const object = objectArn(address.bucket, address.key);
  const arn = resource === "*" ? "*" : resource === "bucket" ? bucketArn(address.bucket) : object;
  const { headers, query } = request;
  const conditions: ConditionValues = {
    "s3:if-match": headers["if-match"],
    "s3:if-none-match": headers["if-none-match"],
    "s3:x-amz-copy-source": headers["x-amz-copy-source"]?.toString(),
    "s3:x-amz-metadata-directive": headers["x-amz-metadata-directive"]?.toString(),
    ...(action === "s3:ListBucket" || action === "s3:ListBucketVersions"
      ? {
          "s3:prefix": query.get("prefix") ?? "",
          "s3:delimiter": query.get("delimiter") ?? undefined,
          "s3:max-keys": query.get("max-keys") ?? undefined,
        }
      : {}),
    // Only the calls that make an object are under the policy keys of conditional writes.
    ...(/^(CreateMultipartUpload|UploadPart|UploadPartCopy)$/.test(operation)
      ? { "s3:ObjectCreationOperation": "false" }
      : plainAction === "s3:PutObject"
        ? { "s3:ObjectCreationOperation": "true" }
        : {}),
  };
  requireAccess(request, bucket, action, arn, conditions);
  const writesConditionally = plainAction === "s3:PutObject" || plainAction === "s3:DeleteObject";
  if (writesConditionally && headers["if-match"] !== undefined) {
    requireAccess(request, bucket, "s3:GetObject", object);
  }
}
