import { createHmac, hash } from "node:crypto";

/** What a signature is made of, besides the credentials. */
interface SignedParts {
  /** As sent, percent-encoded. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** In lower case, with `host` and `x-amz-content-sha256`. */
  readonly headers: Readonly<Record<string, string>>;
}

interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * Signature Version 4 of S3's PUTs: docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html. As
 * `@smithy/signature-v4`, but the day's key is kept (docs/adr/0007).
 */
export class PutSigner {
  #keyFor = "";
  #key: Buffer | undefined;

  /** All headers to be sent: those given, the date, the session's token, the signature. */
  sign(
    { path, query, headers }: SignedParts,
    credentials: SigningCredentials,
    region: string,
    date: Date,
  ): Record<string, string> {
    const time = date.toISOString().replace(/[-:]|\.\d+/g, "");
    const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    const all: Record<string, string> = { ...headers, "x-amz-date": time };
    if (sessionToken !== undefined) all["x-amz-security-token"] = sessionToken;
    const names = Object.keys(all).filter(isSigned).sort();
    const canonical = [
      "PUT",
      path,
      queryText(query),
      ...names.map((name) => `${name}:${all[name]?.trim().replace(/ +/g, " ")}`),
      "",
      names.join(";"),
      all["x-amz-content-sha256"],
    ].join("\n");
    const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash("sha256", canonical)}`;
    const signature = createHmac("sha256", this.#keyOf(secretAccessKey, scope)).update(text).digest("hex");
    all.authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
    return all;
  }

  #keyOf(secret: string, scope: string): Buffer {
    const keyFor = `${secret} ${scope}`;
    if (this.#key !== undefined && this.#keyFor === keyFor) return this.#key;
    let key: Buffer = Buffer.from(`AWS4${secret}`);
    for (const part of scope.split("/")) key = createHmac("sha256", key).update(part).digest();
    this.#key = key;
    this.#keyFor = keyFor;
    return key;
  }
}

/** What S3 wants signed, and what says how the object is served; the rest may change on its way through a proxy. */
function isSigned(name: string): boolean {
  return name === "host" || name === "content-type" || name.startsWith("x-amz-");
}

/** The canonical query: percent-encoded, then sorted by name. */
function queryText(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(([name, value]) => [percentEncoded(name), percentEncoded(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map((pair) => pair.join("="))
    .join("&");
}

/** All but RFC 3986's unreserved characters. */
export function percentEncoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
