import { acceptedEncodings, cacheKey } from "./cache-policy.ts";
import { compressed, type Fetched } from "./compression.ts";
import { type Behavior, type Distribution, originOf } from "./distribution.ts";
import { type Answer, errorOf, hit } from "./edge-answers.ts";
import { EdgeCache } from "./edge-cache.ts";
import { freshSeconds, mayBeStale } from "./freshness.ts";
import type { Invalidations } from "./invalidations.ts";
import { askOrigin, type BucketAccess, originHeaders, wholeBody } from "./origin.ts";
import type { Asked } from "./viewer-event.ts";

export interface EdgeContext {
  readonly distribution: Distribution;
  readonly invalidations: Invalidations;
  readonly clock: { now(): Date };
  /** For private buckets. */
  readonly access?: BucketAccess;
}

/** GET and HEAD where the policy caches: from what the edge keeps, else from the origin. */
export class ReadThrough {
  readonly #context: EdgeContext;
  readonly #cache: EdgeCache;

  constructor(context: EdgeContext) {
    this.#context = context;
    this.#cache = new EdgeCache(context.invalidations);
  }

  /** From the cache, as long as what is there is fresh; else from the origin. */
  async read(asked: Asked, behavior: Behavior): Promise<Answer> {
    const { clock, distribution } = this.#context;
    const { key, address } = cacheKey(asked, behavior.cache);
    const now = clock.now();
    const found = this.#cache.find(key, now);
    if (found?.isFresh) return hit(found.kept, found.age);
    const fetched = await this.#fetch(asked, behavior, found?.kept);
    if (found !== undefined && fetched.status >= 500 && mayBeStale(found.kept.headers)) {
      return hit(found.kept, found.age);
    }
    const isSame = fetched.status === 304 && found !== undefined;
    const encodings = behavior.compress
      ? acceptedEncodings(asked.headers["accept-encoding"], behavior.cache)
      : [];
    const mayVary = behavior.compress && behavior.cache.encodings.length > 0;
    const answer = isSame ? found.kept : mayVary ? compressed(fetched, encodings) : fetched;
    const headers = isSame ? { ...found.kept.headers, ...freshened(fetched.headers) } : answer.headers;
    const kept = { ...answer, headers };
    this.#cache.keep(key, {
      ...kept,
      address,
      at: now,
      freshSeconds: freshSeconds(kept.status, headers, behavior.cache, distribution.errorPages, now),
    });
    if (isSame) return { ...kept, headers: { ...headers, "x-cache": "RefreshHit from cloudfront" } };
    return this.#page(kept, asked, behavior);
  }

  /** The page that the distribution has for an error; it is read and kept like any other. */
  async #page(fetched: Fetched, asked: Asked, behavior: Behavior): Promise<Answer> {
    const { errorPages = [] } = this.#context.distribution;
    const page = errorPages.find(({ status }) => status === fetched.status)?.page;
    if (page === undefined || asked.path === page.path) {
      const cache = fetched.status >= 400 ? "Error from cloudfront" : "Miss from cloudfront";
      return { ...fetched, headers: { ...fetched.headers, "x-cache": cache } };
    }
    const shown = await this.read({ ...asked, path: page.path, query: "" }, behavior);
    if (shown.status !== 200)
      return { ...fetched, headers: { ...fetched.headers, "x-cache": "Error from cloudfront" } };
    return {
      ...shown,
      status: page.status,
      headers: { ...shown.headers, "x-cache": "Error from cloudfront" },
    };
  }

  /** Asks the origin, and whether it has the very same still. An origin that does not answer is one that says 502 or 504. */
  async #fetch(asked: Asked, behavior: Behavior, before: Fetched | undefined): Promise<Fetched> {
    const { clock, access, distribution } = this.#context;
    const { etag, "last-modified": modified } = before?.headers ?? {};
    const encodings = acceptedEncodings(asked.headers["accept-encoding"], behavior.cache);
    const { range: _, ...headers } = originHeaders(asked, behavior, encodings);
    for (const name of [
      "if-none-match",
      "if-modified-since",
      "if-match",
      "if-unmodified-since",
      "if-range",
    ]) {
      delete headers[name];
    }
    const conditions =
      before === undefined || before.status !== 200
        ? {}
        : {
            ...(etag === undefined ? {} : { "if-none-match": etag.replace(/^W\//, "") }),
            ...(modified === undefined ? {} : { "if-modified-since": modified }),
          };
    const isQueryKept = behavior.cache.query || behavior.forward !== "nothing";
    const request = {
      method: "GET",
      path: asked.path,
      query: isQueryKept ? asked.query : "",
      headers: { ...headers, ...conditions },
    };
    try {
      return await wholeBody(await askOrigin(originOf(distribution, behavior), request, access, clock.now()));
    } catch (error) {
      const { status, body } = errorOf(502, (error as Error).message);
      return { status, headers: { "content-type": "text/html" }, body };
    }
  }
}

/** What a 304 says anew of what is kept. */
function freshened({ "cache-control": control, expires, date }: Fetched["headers"]): Fetched["headers"] {
  return {
    ...(control === undefined ? {} : { "cache-control": control }),
    ...(expires === undefined ? {} : { expires }),
    ...(date === undefined ? {} : { date }),
  };
}
