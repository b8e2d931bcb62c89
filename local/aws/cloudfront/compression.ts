import type { IncomingHttpHeaders } from "node:http";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Encoding } from "./cache-policy.ts";

export interface Fetched {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What is compressed: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html */
const compressible =
  /^(text\/(css|csv|html|js|javascript|markdown|plain|richtext|tab-separated-values|xml|x-component|x-java-source|x-script)|application\/(dash\+xml|eot|font|font-sfnt|javascript|json|manifest\+json|opentype|otf|pdf|pkcs7-mime|protobuf|rss\+xml|truetype|ttf|vnd\.apple\.mpegurl|vnd\.mapbox-vector-tile|vnd\.ms-fontobject|wasm|xhtml\+xml|xml|x-font-(opentype|truetype|ttf)|x-httpd-cgi|x-javascript|x-mpegurl|x-opentype|x-otf|x-perl|x-ttf)|font\/(eot|opentype|otf|ttf)|image\/svg\+xml|model\/gltf\+json)$/;
const leastBytes = 1000;
const mostBytes = 10_000_000;

/** Whether answers differ by what viewers take, so that browsers have to be told. */
function variesByEncoding({ status, headers }: Fetched): boolean {
  const [type = ""] = (headers["content-type"] ?? "").split(";");
  return (
    [200, 403, 404].includes(status) &&
    headers["content-encoding"] === undefined &&
    compressible.test(type.trim().toLowerCase())
  );
}

/** The answer in the first of the encodings, if it is worth it: large enough, of such a kind, and not encoded yet. */
export function compressed(fetched: Fetched, [encoding]: readonly Encoding[]): Fetched {
  if (!variesByEncoding(fetched)) return fetched;
  const { headers, body } = fetched;
  const varying = { ...fetched, headers: { ...headers, vary: withAcceptEncoding(headers.vary) } };
  const isRight = body.length >= leastBytes && body.length <= mostBytes;
  if (encoding === undefined || !isRight) return varying;
  const { etag } = headers;
  return {
    ...varying,
    headers: {
      ...varying.headers,
      "content-encoding": encoding,
      // Other bytes than the origin's: a strong ETag becomes a weak one.
      ...(etag === undefined || etag.startsWith("W/") ? {} : { etag: `W/${etag}` }),
    },
    body: encoding === "br" ? brotli(body) : gzipSync(body),
  };
}

function brotli(body: Buffer): Buffer {
  return brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
}

function withAcceptEncoding(vary: string | undefined): string {
  if (vary === undefined || vary === "") return "Accept-Encoding";
  return /\baccept-encoding\b|\*/i.test(vary) ? vary : `${vary}, Accept-Encoding`;
}
