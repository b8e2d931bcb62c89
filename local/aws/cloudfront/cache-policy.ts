/** What is part of the key under which an answer is kept, and for how long: API_CachePolicyConfig. */
export interface CachePolicy {
  readonly minimumSeconds: number;
  readonly defaultSeconds: number;
  readonly maximumSeconds: number;
  /** Whether the query string is part of the key. */
  readonly query: boolean;
  /** Headers whose values are part of the key; lower case. */
  readonly headers: readonly string[];
  readonly cookies: boolean;
  /** What Accept-Encoding is normalised to, best first; it is part of the key then. */
  readonly encodings: readonly Encoding[];
}

export type Encoding = "br" | "gzip";

// The managed ones: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html

export const cachingOptimized: CachePolicy = {
  minimumSeconds: 1,
  defaultSeconds: 86_400,
  maximumSeconds: 31_536_000,
  query: false,
  headers: [],
  cookies: false,
  encodings: ["br", "gzip"],
};

export const cachingDisabled: CachePolicy = {
  minimumSeconds: 0,
  defaultSeconds: 0,
  maximumSeconds: 0,
  query: false,
  headers: [],
  cookies: false,
  encodings: [],
};

export const useOriginCacheControlHeadersAndQuery: CachePolicy = {
  minimumSeconds: 0,
  defaultSeconds: 0,
  maximumSeconds: 31_536_000,
  query: true,
  headers: ["host", "origin", "x-http-method-override", "x-http-method", "x-method-override"],
  cookies: true,
  encodings: ["br", "gzip"],
};

/** Whether answers are kept at all under this policy. */
export function isCaching({ maximumSeconds }: CachePolicy): boolean {
  return maximumSeconds > 0;
}

interface Asked {
  /** Path and query, as the origin is asked. */
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** The key, and the address by which an invalidation names what is kept under it. */
export function cacheKey(
  { path, query, headers }: Asked,
  policy: CachePolicy,
): { readonly key: string; readonly address: string } {
  const address = policy.query && query !== "" ? `${path}?${query}` : path;
  const values = policy.headers.map((name) => `${name}:${headers[name] ?? ""}`);
  if (policy.cookies) values.push(`cookie:${headers.cookie ?? ""}`);
  values.push(acceptedEncodings(headers["accept-encoding"], policy).join(","));
  return { key: [address, ...values].join("\n"), address };
}

/** Accept-Encoding as the origin sees it: those of the policy that the viewer takes. */
export function acceptedEncodings(
  header: string | readonly string[] | undefined,
  { encodings }: Pick<CachePolicy, "encodings">,
): readonly Encoding[] {
  const taken = String(header ?? "")
    .split(",")
    .map((part) =>
      part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/),
    )
    .filter(([, quality = ""]) => !/^q=0(\.0*)?$/.test(quality))
    .map(([name]) => name);
  return encodings.filter((encoding) => taken.includes(encoding));
}
