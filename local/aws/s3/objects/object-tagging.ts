import { readBody } from "../../service.ts";
import { xmlDocument } from "../../xml.ts";
import { notImplemented } from "../protocol/errors.ts";
import { s3Namespace } from "../protocol/parameters.ts";
import { readTagSet, tagSet } from "../protocol/tags.ts";
import { parseXml } from "../protocol/xml-input.ts";
import type { BucketCall, BucketHandler } from "../requests/call.ts";
import { existingObject } from "./get-object.ts";

export const getObjectTagging: BucketHandler = async (call) => ({
  status: 200,
  headers: { "Content-Type": "application/xml" },
  body: xmlDocument("Tagging", s3Namespace, tagSet(existingObject(call).tags ?? {})),
});

export const putObjectTagging: BucketHandler = async (call) => {
  const text = (await readBody(call.request.body, 64 * 1024)).toString("utf8");
  const tags = readTagSet(parseXml(text, "Tagging"), 10);
  refuseVersion(call);
  call.bucket.setTags(existingObject(call).key, tags);
  return { status: 200 };
};

export const deleteObjectTagging: BucketHandler = async (call) => {
  refuseVersion(call);
  call.bucket.setTags(existingObject(call).key, {});
  return { status: 204 };
};

function refuseVersion({ request }: BucketCall): void {
  if ((request.query.get("versionId") ?? "null") !== "null") throw notImplemented("tags of a single version");
}
