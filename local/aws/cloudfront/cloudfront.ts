import { AwsError, type AwsRequest, type AwsResponse, type AwsService, readBody } from "../service.ts";
import { xmlDocument } from "../xml.ts";
import type { Distribution } from "./distribution.ts";
import { type Edge, startEdge } from "./edge.ts";
import { invalidArgument, parseBatch } from "./invalidation-batch.ts";
import { type Invalidation, Invalidations } from "./invalidations.ts";
import type { BucketAccess } from "./origin.ts";

interface CloudFrontOptions {
  readonly accountId: string;
  readonly clock?: { now(): Date };
  /** How long an invalidation is in progress; 1 or more. */
  readonly completeAfterMs: number;
}

export interface CloudFront {
  readonly service: AwsService;
  /** Makes a distribution, or replaces it. `access` is how it reads private buckets. */
  addDistribution(id: string, distribution: Distribution, access?: (arn: string) => BucketAccess): void;
  /** Serves a distribution on a port of its own, as one edge location whose cache is empty; 0 for any free port. */
  startEdge(distribution: string, port: number): Promise<Edge>;
}

const xmlns = "http://cloudfront.amazonaws.com/doc/2020-05-31/";

interface Known {
  readonly distribution: Distribution;
  readonly invalidations: Invalidations;
  readonly access?: BucketAccess;
}

/** Amazon CloudFront: invalidations over REST and XML, and edges that cache. See SPEC.md. */
export function cloudFront(options: CloudFrontOptions): CloudFront {
  const { accountId, clock = { now: () => new Date() }, completeAfterMs } = options;
  const distributions = new Map<string, Known>();
  const edges: Edge[] = [];
  const arnOf = (id: string): string => `arn:aws:cloudfront::${accountId}:distribution/${id}`;

  /** The distribution that a request is for, once it may be told about it. */
  const open = (request: AwsRequest, { action, id }: Route): Known => {
    request.access.authorize(`cloudfront:${action}`, arnOf(id));
    return require(id);
  };
  const require = (id: string): Known => {
    const found = distributions.get(id);
    if (found !== undefined) return found;
    throw new AwsError("NoSuchDistribution", 404, "The specified distribution does not exist.");
  };

  const service: AwsService = {
    name: "cloudfront",
    protocol: "query",
    signingRegion: "us-east-1",
    async identify(request) {
      const { action, target } = routeOf(request);
      return { name: action, target };
    },
    async handle(request) {
      const route = routeOf(request);
      const { invalidations } = open(request, route);
      const now = clock.now();
      switch (route.action) {
        case "CreateInvalidation": {
          const batch = parseBatch((await readBody(request.body)).toString("utf8"));
          const created = invalidations.create(batch, now);
          const location = `https://cloudfront.amazonaws.com${request.path}/${created.id}`;
          return document(201, "Invalidation", describe(created, invalidations, now), { location });
        }
        case "GetInvalidation": {
          const found = invalidations.find(route.invalidation);
          if (found === undefined) {
            throw new AwsError("NoSuchInvalidation", 404, "The specified invalidation does not exist.");
          }
          return document(200, "Invalidation", describe(found, invalidations, now));
        }
        case "ListInvalidations":
          return document(200, "InvalidationList", page(invalidations, request.query, now));
        default:
          throw new AwsError(
            "NotImplemented",
            501,
            `This stand-in for CloudFront has no ${route.action}; it has CreateInvalidation, GetInvalidation and ListInvalidations`,
          );
      }
    },
    renderError: (error, { requestId }) =>
      document(
        error.status,
        "ErrorResponse",
        {
          Error: {
            Type: error.status < 500 ? "Sender" : "Receiver",
            Code: error.code,
            Message: error.message,
          },
          RequestId: requestId,
        },
        { ...error.headers, "x-amzn-requestid": requestId },
      ),
    commonHeaders: ({ requestId }) => ({ "x-amzn-requestid": requestId }),
    async close() {
      await Promise.all(edges.map((edge) => edge.close()));
    },
  };

  return {
    service,
    addDistribution(id, distribution, access) {
      distributions.set(id, {
        distribution,
        invalidations: new Invalidations(completeAfterMs),
        ...(access === undefined ? {} : { access: access(arnOf(id)) }),
      });
    },
    async startEdge(id, port) {
      const edge = await startEdge(id, port, { ...require(id), clock });
      edges.push(edge);
      return edge;
    },
  };
}

interface Route {
  readonly action: string;
  /** Of the distribution. */
  readonly id: string;
  readonly invalidation: string;
  readonly target: string;
}

function routeOf({ method, path }: AwsRequest): Route {
  const found = /^\/2020-05-31\/distribution\/([^/]+)\/invalidation(?:\/([^/]+))?$/.exec(path);
  const [, id = "", invalidation = ""] = found ?? [];
  const known: Readonly<Record<string, string>> =
    invalidation === ""
      ? { POST: "CreateInvalidation", GET: "ListInvalidations" }
      : { GET: "GetInvalidation" };
  const action = (found && known[method]) || `${method} ${path}`;
  return { action, id, invalidation, target: invalidation === "" ? id : `${id}/${invalidation}` };
}

function describe(invalidation: Invalidation, all: Invalidations, now: Date) {
  const { paths, callerReference } = invalidation.batch;
  return {
    ...summary(invalidation, all, now),
    InvalidationBatch: {
      Paths: { Quantity: paths.length, Items: { Path: paths } },
      CallerReference: callerReference,
    },
  };
}

function summary(invalidation: Invalidation, all: Invalidations, now: Date) {
  return {
    Id: invalidation.id,
    CreateTime: invalidation.createdAt,
    Status: all.isCompleted(invalidation, now) ? "Completed" : "InProgress",
  };
}

function page(invalidations: Invalidations, query: URLSearchParams, now: Date) {
  const marker = query.get("Marker") ?? "";
  const maxItems = Number(query.get("MaxItems") ?? 100);
  if (!Number.isInteger(maxItems) || maxItems < 1) throw invalidArgument("MaxItems is invalid.");
  const all = invalidations.list();
  const from = marker === "" ? 0 : all.findIndex(({ id }) => id === marker) + 1;
  const items = all.slice(from, from + maxItems);
  const isTruncated = from + items.length < all.length;
  return {
    Marker: marker,
    NextMarker: isTruncated ? items.at(-1)?.id : undefined,
    MaxItems: maxItems,
    IsTruncated: isTruncated,
    Quantity: items.length,
    Items:
      items.length === 0
        ? undefined
        : { InvalidationSummary: items.map((one) => summary(one, invalidations, now)) },
  };
}

function document(
  status: number,
  root: string,
  content: Parameters<typeof xmlDocument>[2],
  headers: Readonly<Record<string, string>> = {},
): AwsResponse {
  return {
    status,
    headers: { "content-type": "text/xml", ...headers },
    body: xmlDocument(root, xmlns, content),
  };
}
