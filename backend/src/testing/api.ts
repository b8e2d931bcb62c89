import type { DestinationStream } from "pino";
import { routesOf } from "../app.ts";
import { readConfig } from "../config.ts";
import { type Context, createContext } from "../context.ts";
import { createLogger } from "../logger.ts";
import { describeApi } from "../openapi/description.ts";
import { type Patience, startService } from "../service.ts";
import type { AwsCredentials } from "../storage/storage.ts";
import { createPasswords, type Passwords } from "../users/password.ts";
import { createTestDatabase, migrate, type TestDatabase } from "./database.ts";
import { assertDescribed, type Description } from "./described.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON, else text; undefined when empty. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape and compare what they find
  readonly body: any;
}

export interface RequestOptions {
  readonly body?: unknown;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The API over real HTTP, on a database of its own. */
export interface TestApi {
  readonly url: string;
  readonly database: TestDatabase;
  readonly context: Context;
  readonly description: Description;
  /** Sends a request; fails when the answer is none that the OpenAPI description promises. */
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>;
  /** Registers a new user and returns its token. */
  register(email: string): Promise<string>;
  stop(): Promise<void>;
}

export const origin = "http://site.example";

/** Hashes fit for tests: as the real ones, but cheap. */
const cheap = { ln: 4, r: 8, p: 1 };

export function environmentFor(database: TestDatabase): Record<string, string> {
  const { url, ca } = database;
  return {
    PORT: "0",
    URL: origin,
    POSTGRES_HOST: url.hostname,
    POSTGRES_PORT: url.port || "5432",
    POSTGRES_DB: url.pathname.slice(1),
    POSTGRES_USERNAME: decodeURIComponent(url.username),
    POSTGRES_PASSWORD: decodeURIComponent(url.password),
    ...(ca === undefined ? {} : { POSTGRES_CA: ca }),
    AWS_REGION: "us-east-1",
    AWS_BUCKET: "media",
    JWT_SECRET: "only for tests, never elsewhere",
  };
}

/**
 * Starts the API on a migrated database. Another instance on the same one: pass its `database`. `settings` are added to the
 * environment, `log` receives the lines.
 */
export async function startApi(
  options: {
    readonly database?: TestDatabase;
    readonly settings?: Readonly<Record<string, string>>;
    readonly log?: DestinationStream;
    readonly credentials?: AwsCredentials;
    readonly passwords?: Passwords;
  } & Partial<Patience> = {},
): Promise<TestApi> {
  const database = options.database ?? (await createTestDatabase());
  if (!options.database) await migrate(database);
  const config = readConfig({ ...environmentFor(database), ...options.settings });
  const logger = createLogger(options.log ? "trace" : "silent", options.log);
  const context = createContext(
    config,
    { logger, version: "0123456789ab" },
    {
      passwords: options.passwords ?? createPasswords(cheap),
      credentials: options.credentials ?? { accessKeyId: "AKIATEST", secretAccessKey: "secret-of-tests" },
    },
  );
  const service = await startService(context, { idleGraceMs: 0, ...options });
  const url = `http://127.0.0.1:${service.port}`;
  const description = describeApi(routesOf(context), "test") as unknown as Description;
  const request = async (method: string, path: string, sent: RequestOptions = {}) => {
    const answer = await send(url + path, method, sent);
    const { status, body } = answer;
    assertDescribed(
      description,
      { method, path },
      { status, body, type: answer.headers.get("content-type") },
    );
    return answer;
  };
  return {
    url,
    context,
    description,
    database,
    request,
    async register(email) {
      const { body } = await request("POST", "/api/v0/users/auth", {
        body: { email, password: "a password" },
      });
      return body.token;
    },
    async stop() {
      await service.stop();
      if (!options.database) await database.drop();
    },
  };
}

/** Fails where an answer takes a minute: that is a request that hangs. */
async function send(url: string, method: string, { body, token, headers }: RequestOptions): Promise<Answer> {
  const response = await fetch(url, {
    method,
    redirect: "manual",
    signal: AbortSignal.timeout(60_000),
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = response.headers.get("content-type")?.startsWith("application/json");
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? undefined : json ? JSON.parse(text) : text,
  };
}
