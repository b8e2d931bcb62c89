import { formatAmzDate } from "./authorization.ts";
import {
  algorithm,
  canonicalRequest,
  scopeText,
  sign,
  signingKey,
  stringToSign,
  unsignedPayload,
  uriEncode,
} from "./sigv4.ts";

interface PresignOptions {
  readonly method: string;
  /** http://host:port */
  readonly endpoint: string;
  /** Unencoded, beginning with "/". */
  readonly path: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly now: Date;
  readonly expiresSeconds: number;
}

/** An S3 address with its signature in the query. */
export function presign(options: PresignOptions): string {
  const amzDate = formatAmzDate(options.now);
  const scope = { date: amzDate.slice(0, 8), region: options.region, service: "s3" };
  const query = Object.entries({
    "X-Amz-Algorithm": algorithm,
    "X-Amz-Credential": `${options.credentials.accessKeyId}/${scopeText(scope)}`,
    "X-Amz-Date": amzDate,
    "X-Amz-Expires": String(options.expiresSeconds),
    "X-Amz-SignedHeaders": "host",
  })
    .map(([name, value]) => `${name}=${uriEncode(value)}`)
    .join("&");
  const path = options.path.split("/").map(uriEncode).join("/");
  const canonical = canonicalRequest(
    {
      method: options.method,
      path,
      rawQuery: query,
      headers: new Map([["host", new URL(options.endpoint).host]]),
    },
    ["host"],
    unsignedPayload,
    "s3",
  );
  const key = signingKey(options.credentials.secretAccessKey, scope);
  const signature = sign(key, stringToSign(amzDate, scope, canonical));
  return `${options.endpoint}${path}?${query}&X-Amz-Signature=${signature}`;
}
