import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { adminPrefix, answerAdmin } from "./admin.ts";
import { dispatch } from "./dispatch.ts";
import { ActiveFaults } from "./faults/active-faults.ts";
import { Iam } from "./iam/iam.ts";
import { closeServer, listen, portOf } from "./listen.ts";
import { RequestLog } from "./request-log.ts";
import { type BucketOptions, provisionBucket } from "./s3/buckets/provision-bucket.ts";
import { s3Service } from "./s3/s3.ts";
import { amazon, type Dialect } from "./s3/storage/dialect.ts";
import { S3Store } from "./s3/storage/store.ts";
import { startWebsite, type Website } from "./s3/website/website-server.ts";
import { Secrets } from "./secrets-manager/secrets.ts";
import { secretsManager } from "./secrets-manager/secrets-manager.ts";
import type { AwsService } from "./service.ts";
import { presign } from "./signature/presign.ts";
import { securityTokenService } from "./sts/sts.ts";

export interface AwsOptions {
  /** Where all state lives: s3/, iam.json, secrets.json, faults.json, requests.ndjson. */
  readonly directory: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly region: string;
  readonly accountId: string;
  readonly clock?: { now(): Date };
  /** In what its S3 differs from Amazon's. */
  readonly s3?: Partial<Dialect>;
  /** Services besides S3, Secrets Manager and STS. They are closed with the server. */
  readonly services: readonly AwsService[];
}

/** What a client of the SDK has to know, as the root of the account. */
export interface AwsConnection {
  /** http://127.0.0.1:PORT, for every service. */
  readonly endpoint: string;
  readonly region: string;
  /** The key of the account's root, kept from start to start. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** What the owner of the account does with buckets, past the API. */
export interface BucketOwner {
  provisionBucket(options: BucketOptions): void;
  /** An object's bytes, without asking anyone's permission; undefined when it does not exist. */
  readObject(bucket: string, key: string): { readonly body: Readable; readonly size: number } | undefined;
  /** An address by which anyone may make one S3 request for a time, as the root of the account. */
  presign(method: "GET" | "PUT", bucket: string, key: string, expiresSeconds: number): string;
  startWebsite(bucket: string, port: number): Promise<Website>;
}

export interface AwsServer extends AwsConnection, BucketOwner {
  readonly port: number;
  readonly accountId: string;
  /** Roles, OIDC providers, sessions. */
  readonly iam: Iam;
  /** What Secrets Manager holds; rotated and deleted here. */
  readonly secrets: Secrets;
  readonly faults: ActiveFaults;
  readonly requests: RequestLog;
  close(): Promise<void>;
}

/**
 * Starts the local AWS: one endpoint for all services, told apart by the signature's credential scope. Rejects with a plain
 * Error when the port is in use or the state is damaged.
 */
export async function startAws(options: AwsOptions): Promise<AwsServer> {
  const { directory, region, accountId, clock = { now: () => new Date() } } = options;
  mkdirSync(directory, { recursive: true });
  const iam = new Iam(directory, accountId);
  const store = new S3Store(join(directory, "s3"), { ...amazon, ...options.s3 });
  const faults = new ActiveFaults(directory);
  const requests = new RequestLog(directory);
  const secrets = new Secrets(join(directory, "secrets.json"), { region, accountId, clock });
  const services = [
    s3Service(store, clock),
    securityTokenService(iam, clock),
    secretsManager(secrets),
    ...options.services,
  ];
  const byName = new Map(services.map((service) => [service.name, service]));
  const account = { region, iam, clock, services: byName };
  const server = await listen(options.port, "the local AWS", (message, response) => {
    const isAdmin = message.url?.startsWith(adminPrefix);
    void (isAdmin
      ? answerAdmin(message, response, { faults, requests, services: byName })
      : dispatch(message, response, { account, faults, requests }));
  });
  const websites: Website[] = [];
  const endpoint = `http://127.0.0.1:${portOf(server)}`;
  return {
    endpoint,
    port: portOf(server),
    region,
    accountId,
    // A copy for each that asks: SDK clients write into the credentials that they are given.
    get credentials() {
      return { ...iam.rootKey };
    },
    iam,
    secrets,
    faults,
    requests,
    provisionBucket: (bucket) => provisionBucket(store, bucket, clock.now()),
    readObject(bucket, key) {
      const found = store.find(bucket);
      const object = found?.get(key);
      if (found === undefined || object === undefined) return undefined;
      const bytes = found.bodies.read(object.parts, 0, object.size - 1);
      return { body: bytes instanceof Readable ? bytes : Readable.from([bytes]), size: object.size };
    },
    presign: (method, bucket, key, expiresSeconds) =>
      presign({
        method,
        endpoint,
        path: `/${bucket}/${key}`,
        region,
        credentials: iam.rootKey,
        now: clock.now(),
        expiresSeconds,
      }),
    async startWebsite(bucket, port) {
      const website = await startWebsite(bucket, port, { store, clock, faults, requests });
      websites.push(website);
      return website;
    },
    async close() {
      await Promise.all([closeServer(server), ...websites.map((website) => website.close())]);
      await Promise.all(services.map((service) => service.close?.()));
      requests.close();
    },
  };
}
