// How an object is stored: its storage class, and the key of KMS that it is encrypted with.
import { AwsError, type AwsRequest } from "../../service.ts";
import { invalidArgument, notImplemented } from "../protocol/errors.ts";
import { header } from "../protocol/parameters.ts";
import type { Bucket } from "../storage/bucket.ts";
import { newEtag } from "../storage/dialect.ts";
import type { ObjectAttributes } from "../storage/object-record.ts";

const storageClass = "x-amz-storage-class";
const encryption = "x-amz-server-side-encryption";
const keyId = "x-amz-server-side-encryption-aws-kms-key-id";

/** Those whose objects can be read at once: https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html */
const readable = "STANDARD REDUCED_REDUNDANCY STANDARD_IA ONEZONE_IA INTELLIGENT_TIERING GLACIER_IR".split(
  " ",
);
/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
const others = "GLACIER DEEP_ARCHIVE OUTPOSTS SNOW EXPRESS_ONEZONE FSX_OPENZFS FSX_ONTAP".split(" ");

/**
 * What a request that creates an object says about its place, as headers of the object. A copy never has them from its source.
 * Answers name the storage class only where it is not STANDARD:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
export function placementOf(request: AwsRequest): Record<string, string> {
  return { ...classOf(request), ...encryptionOf(request) };
}

function classOf(request: AwsRequest): Record<string, string> {
  const asked = header(request, storageClass) ?? "STANDARD";
  if (others.includes(asked)) throw notImplemented(`the storage class ${asked}`);
  if (!readable.includes(asked)) {
    throw new AwsError("InvalidStorageClass", 400, "The storage class you specified is not valid");
  }
  return asked === "STANDARD" ? {} : { [storageClass]: asked };
}

/** By KMS only with a key that the request names by its ARN, which is what answers name it by. */
function encryptionOf(request: AwsRequest): Record<string, string> {
  const asked = header(request, encryption) ?? "AES256";
  const key = header(request, keyId);
  if (asked === "AES256") {
    if (key === undefined) return {};
    throw invalidArgument(
      "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
      encryption,
      header(request, encryption) ?? "null",
    );
  }
  if (!asked.startsWith("aws:kms")) {
    throw invalidArgument("The encryption method specified is not supported", encryption, asked);
  }
  if (asked !== "aws:kms") throw notImplemented(`server-side encryption with ${asked}`);
  if (!/^arn:aws[\w-]*:kms:[\w-]+:\d{12}:key\/[\w-]+$/.test(key ?? "")) {
    throw notImplemented(`server-side encryption with the key "${key ?? ""}", which is no ARN of a key`);
  }
  return { [encryption]: asked, [keyId]: key ?? "" };
}

export function isByKms({ headers }: Pick<ObjectAttributes, "headers">): boolean {
  return headers[encryption] !== undefined;
}

/** What answers to the request that created the object say of its encryption, where it is not the usual one. */
export function encryptionHeaders({ headers }: Pick<ObjectAttributes, "headers">): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name === encryption || name === keyId),
  );
}

/** What a copy does not have from its source. */
export function withoutPlacement(headers: Readonly<Record<string, string>>): Record<string, string> {
  const placed = [storageClass, encryption, keyId];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !placed.includes(name)));
}

export function storageClassOf({ headers }: Pick<ObjectAttributes, "headers">): string {
  return headers[storageClass] ?? "STANDARD";
}

/** "Objects created by … SSE-KMS have ETags that are not an MD5 digest of their object data": API_Object.html */
export function etagOf(bucket: Bucket, object: Pick<ObjectAttributes, "headers">, md5: string): string {
  return newEtag(isByKms(object) ? { ...bucket.dialect, etags: "opaque" } : bucket.dialect, md5);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html: whoever reads must sign. */
export function refuseAnonymous(object: Pick<ObjectAttributes, "headers">): void {
  if (!isByKms(object)) return;
  throw new AwsError(
    "InvalidArgument",
    400,
    "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.",
    { ArgumentName: "Authorization", ArgumentValue: "null" },
  );
}
