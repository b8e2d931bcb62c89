import type { AwsResponse } from "./service.ts";
import type { XmlContent } from "./xml.ts";

/** Whether the client asks for JSON in place of XML. */
export function wantsJson(accept: string | undefined): boolean {
  return accept?.split(",", 1)[0]?.trim() === "application/json";
}

/** A whole answer as JSON: the same tree as in XML, with lists as arrays and times in seconds since 1970. */
export function jsonResponse(
  status: number,
  requestId: string,
  content: XmlContent,
  headers: Readonly<Record<string, string>> = {},
): AwsResponse {
  return {
    status,
    headers: { ...headers, "content-type": "application/json", "x-amzn-requestid": requestId },
    body: JSON.stringify(plain(content)),
  };
}

function plain(content: XmlContent): unknown {
  if (content instanceof Date) return content.getTime() / 1000;
  if (typeof content !== "object") return content;
  if (Array.isArray(content)) return content.map(plain);
  const entries = Object.entries(content);
  // What `members` makes of a list.
  const [[name, list] = []] = entries;
  if (entries.length === 1 && name === "member" && Array.isArray(list)) return list.map(plain);
  return Object.fromEntries(entries.map(([key, value]) => [key, plain(value)]));
}
