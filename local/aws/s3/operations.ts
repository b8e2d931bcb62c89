import * as buckets from "./buckets/bucket-operations.ts";
import * as configuration from "./buckets/configuration-operations.ts";
import { listObjects, listObjectsV2 } from "./listing/list-objects.ts";
import { completeMultipartUpload } from "./multipart/complete-multipart-upload.ts";
import { listMultipartUploads, listParts } from "./multipart/list-multipart-uploads.ts";
import {
  abortMultipartUpload,
  createMultipartUpload,
  uploadPart,
  uploadPartCopy,
} from "./multipart/multipart-uploads.ts";
import { copyObject } from "./objects/copy-object.ts";
import { deleteObject, deleteObjects } from "./objects/delete-objects.ts";
import { getObject, getObjectAttributes } from "./objects/get-object.ts";
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from "./objects/object-tagging.ts";
import { putObject } from "./objects/put-object.ts";
import type { BucketHandler, ServiceHandler } from "./requests/call.ts";
import { getBucketVersioning, putBucketVersioning } from "./versioning/bucket-versioning.ts";
import { listObjectVersions } from "./versioning/list-object-versions.ts";

export type S3Operation =
  | { readonly level: "service"; readonly run: ServiceHandler }
  /** On a bucket that exists, or on an object in one. */
  | { readonly level: "bucket"; readonly run: BucketHandler };

const serviceOperations: Readonly<Record<string, ServiceHandler>> = {
  ListBuckets: buckets.listBuckets,
  CreateBucket: buckets.createBucket,
};

const bucketOperations: Readonly<Record<string, BucketHandler>> = {
  HeadBucket: buckets.headBucket,
  DeleteBucket: buckets.deleteBucket,
  GetBucketLocation: buckets.getBucketLocation,
  GetBucketVersioning: getBucketVersioning,
  PutBucketVersioning: putBucketVersioning,
  GetBucketAcl: configuration.getAcl,
  PutBucketAcl: configuration.putAcl,
  GetBucketCors: configuration.getBucketCors,
  PutBucketCors: configuration.putBucketCors,
  DeleteBucketCors: configuration.deleteBucketCors,
  GetBucketEncryption: configuration.getEncryption,
  GetBucketLifecycleConfiguration: configuration.getLifecycle,
  GetBucketOwnershipControls: configuration.getOwnershipControls,
  GetBucketRequestPayment: configuration.getRequestPayment,
  GetBucketPolicy: configuration.getBucketPolicy,
  PutBucketPolicy: configuration.putBucketPolicy,
  DeleteBucketPolicy: configuration.deleteBucketPolicy,
  GetBucketPolicyStatus: configuration.getBucketPolicyStatus,
  GetPublicAccessBlock: configuration.getPublicAccessBlock,
  PutPublicAccessBlock: configuration.putPublicAccessBlock,
  DeletePublicAccessBlock: configuration.deletePublicAccessBlock,
  GetBucketTagging: configuration.getBucketTagging,
  PutBucketTagging: configuration.putBucketTagging,
  DeleteBucketTagging: configuration.deleteBucketTagging,
  GetBucketWebsite: configuration.getBucketWebsite,
  PutBucketWebsite: configuration.putBucketWebsite,
  DeleteBucketWebsite: configuration.deleteBucketWebsite,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  ListObjectVersions: listObjectVersions,
  ListMultipartUploads: listMultipartUploads,
  DeleteObjects: deleteObjects,
  GetObject: getObject,
  HeadObject: getObject,
  GetObjectAttributes: getObjectAttributes,
  GetObjectAcl: configuration.getAcl,
  PutObjectAcl: configuration.putAcl,
  GetObjectTagging: getObjectTagging,
  PutObjectTagging: putObjectTagging,
  DeleteObjectTagging: deleteObjectTagging,
  PutObject: putObject,
  CopyObject: copyObject,
  DeleteObject: deleteObject,
  CreateMultipartUpload: createMultipartUpload,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
  CompleteMultipartUpload: completeMultipartUpload,
  AbortMultipartUpload: abortMultipartUpload,
  ListParts: listParts,
};

/** Every operation that is implemented, by the name that `routeOperation` gives. */
export const s3Operations: Readonly<Record<string, S3Operation>> = Object.fromEntries([
  ...Object.entries(serviceOperations).map(([name, run]) => [name, { level: "service", run }] as const),
  ...Object.entries(bucketOperations).map(([name, run]) => [name, { level: "bucket", run }] as const),
]);
