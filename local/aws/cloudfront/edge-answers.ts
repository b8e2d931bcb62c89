import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Fetched } from "./compression.ts";
import { type Asked, headersAs } from "./viewer-event.ts";
import type { ViewerResponse } from "./viewer-function.ts";

/** What goes to the viewer. */
export interface Answer extends Omit<Fetched, "headers"> {
  readonly headers: OutgoingHttpHeaders;
}

export function hit(kept: Fetched, age: number): Answer {
  return { ...kept, headers: { ...kept.headers, age: String(age), "x-cache": "Hit from cloudfront" } };
}

export function generated(given: ViewerResponse): Answer {
  const body = typeof given.body === "string" ? given.body : (given.body?.data ?? "");
  const encoding = typeof given.body === "object" && given.body.encoding === "base64" ? "base64" : "utf8";
  return {
    status: given.statusCode,
    headers: { ...headersAs(given), "x-cache": "FunctionGeneratedResponse from cloudfront" },
    body: Buffer.from(body, encoding),
  };
}

export function errorOf(status: number, why = ""): Answer {
  const body = Buffer.from(
    `<html><body><h1>${status} ERROR</h1>The request could not be satisfied${why === "" ? "." : `: ${why}`}</body></html>\n`,
  );
  return { status, headers: { "content-type": "text/html", "x-cache": "Error from cloudfront" }, body };
}

/** Whether the viewer has what it would get: RFC 9110, section 13.1.2. */
export function isKnown({ headers }: Asked, { status, headers: { etag } }: Answer): boolean {
  const known = headers["if-none-match"];
  if (status !== 200 || typeof etag !== "string" || known === undefined) return false;
  const plain = (tag: string): string => tag.trim().replace(/^W\//, "");
  return known.trim() === "*" || known.split(",").map(plain).includes(plain(etag));
}

export function send(response: ServerResponse, { method }: Pick<Asked, "method">, answer: Answer): void {
  const { status, headers, body } = answer;
  const isEmpty = status === 304 || status === 204;
  response.writeHead(status, {
    ...ofOneAnswer(headers),
    via: "1.1 local.cloudfront.net (CloudFront)",
    ...(isEmpty ? {} : { "content-length": String(body.length) }),
  });
  response.end(method === "HEAD" || isEmpty ? undefined : body);
}

export function setCookie({ "set-cookie": cookies }: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return cookies === undefined ? {} : { "set-cookie": cookies };
}

export function ofOneAnswer(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const { connection: _, "keep-alive": __, "transfer-encoding": ___, ...kept } = headers;
  const { "content-length": length, ...others } = kept;
  return length === undefined ? others : { ...others, "content-length": length };
}
