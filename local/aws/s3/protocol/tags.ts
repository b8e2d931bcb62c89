import { AwsError } from "../../service.ts";
import type { XmlContent } from "../../xml.ts";
import { children, list, textOf, type XmlNode } from "./xml-input.ts";

/** Tags as the header `x-amz-tagging` has them: `a=1&b=2`. Throws for what S3 refuses. */
export function parseTags(text: string): Record<string, string> {
  return checkTags([...new URLSearchParams(text)]);
}

/** Tags as documents have them, at most `limit`. Throws for what S3 refuses. */
export function readTagSet(
  node: Record<string, XmlNode | readonly XmlNode[]>,
  limit: number,
): Record<string, string> {
  const tags = list(children(node.TagSet).Tag).map(children);
  return checkTags(
    tags.map(({ Key, Value }) => [textOf(Key) ?? "", textOf(Value) ?? ""]),
    limit,
  );
}

export function tagSet(tags: Readonly<Record<string, string>>): XmlContent {
  return { TagSet: { Tag: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) } };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
function checkTags(entries: readonly (readonly [string, string])[], limit = 10): Record<string, string> {
  const wrong = (message: string): AwsError => new AwsError("InvalidTag", 400, message);
  if (entries.length > limit) {
    throw new AwsError("BadRequest", 400, `Object tags cannot be greater than ${limit}`);
  }
  const tags: Record<string, string> = {};
  for (const [key, value] of entries) {
    if (key === "" || key.length > 128) throw wrong("The TagKey you have provided is invalid");
    if (value.length > 256) throw wrong("The TagValue you have provided is invalid");
    if (Object.hasOwn(tags, key)) throw wrong("Cannot provide multiple Tags with the same key");
    tags[key] = value;
  }
  return tags;
}
