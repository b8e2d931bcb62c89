import { xmlDocument } from "../../xml.ts";
import { urlEncoder } from "../listing/list-objects.ts";
import { integerParameter, s3Namespace } from "../protocol/parameters.ts";
import type { BucketHandler } from "../requests/call.ts";
import { compareKeys } from "../storage/sorted-keys.ts";
import { findUpload } from "./multipart-uploads.ts";

export const listParts: BucketHandler = async (call) => {
  const { request, bucket, address } = call;
  const upload = findUpload(call);
  const after = integerParameter(request.query, "part-number-marker", 0);
  const limit = Math.min(1000, integerParameter(request.query, "max-parts", 1000));
  const encode = urlEncoder(request.query);
  const later = [...upload.parts.values()]
    .filter(({ number }) => number > after)
    .sort((left, right) => left.number - right.number);
  const page = later.slice(0, limit);
  const last = page.at(-1);
  return {
    status: 200,
    headers: { "Content-Type": "application/xml" },
    body: xmlDocument("ListPartsResult", s3Namespace, {
      Bucket: bucket.name,
      Key: encode(address.key),
      UploadId: upload.id,
      StorageClass: "STANDARD",
      PartNumberMarker: after,
      NextPartNumberMarker: last?.number,
      MaxParts: limit,
      IsTruncated: later.length > page.length,
      ...(upload.checksumAsked
        ? { ChecksumAlgorithm: upload.checksumAlgorithm, ChecksumType: upload.checksumType }
        : {}),
      Part: page.map((part) => ({
        PartNumber: part.number,
        LastModified: part.modified,
        ETag: `"${part.etag}"`,
        Size: part.body.size,
        ...(upload.checksumAsked ? { [`Checksum${part.checksum.algorithm}`]: part.checksum.value } : {}),
      })),
    }),
  };
};

export const listMultipartUploads: BucketHandler = async ({ request, bucket }) => {
  const { query } = request;
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const keyMarker = query.get("key-marker") ?? "";
  const idMarker = query.get("upload-id-marker") ?? "";
  const limit = Math.min(1000, integerParameter(query, "max-uploads", 1000));
  const encode = urlEncoder(query);
  const matching = [...bucket.uploads.values()]
    .filter(({ key, id }) => {
      if (!key.startsWith(prefix)) return false;
      const order = compareKeys(key, keyMarker);
      return keyMarker === "" || order > 0 || (order === 0 && idMarker !== "" && id > idMarker);
    })
    .sort((left, right) => compareKeys(left.key, right.key) || (left.id < right.id ? -1 : 1));
  const commonPrefixes = new Set<string>();
  const single = matching.filter(({ key }) => {
    const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    if (end < 0) return true;
    commonPrefixes.add(key.slice(0, end + delimiter.length));
    return false;
  });
  const page = single.slice(0, limit);
  const last = page.at(-1);
  const isTruncated = single.length > page.length;
  return {
    status: 200,
    headers: { "Content-Type": "application/xml" },
    body: xmlDocument("ListMultipartUploadsResult", s3Namespace, {
      Bucket: bucket.name,
      KeyMarker: encode(keyMarker),
      UploadIdMarker: idMarker,
      NextKeyMarker: isTruncated && last ? encode(last.key) : undefined,
      NextUploadIdMarker: isTruncated ? last?.id : undefined,
      Prefix: encode(prefix),
      Delimiter: delimiter === "" ? undefined : encode(delimiter),
      EncodingType: query.get("encoding-type") ?? undefined,
      MaxUploads: limit,
      IsTruncated: isTruncated,
      Upload: page.map((upload) => ({
        Key: encode(upload.key),
        UploadId: upload.id,
        Initiated: upload.initiated,
        StorageClass: "STANDARD",
      })),
      CommonPrefixes: [...commonPrefixes].map((one) => ({ Prefix: encode(one) })),
    }),
  };
};
