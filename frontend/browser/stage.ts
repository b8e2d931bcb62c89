import { extname } from "node:path";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { Browser } from "playwright-core";
import { readConfig } from "../../backend/src/config.ts";
import { createContext } from "../../backend/src/context.ts";
import { createLogger } from "../../backend/src/logger.ts";
import { startService } from "../../backend/src/service.ts";
import { environmentFor } from "../../backend/src/testing/api.ts";
import { createTestDatabase, migrate } from "../../backend/src/testing/database.ts";
import { createPasswords } from "../../backend/src/users/password.ts";
import { createTokens } from "../../backend/src/users/tokens.ts";
import { startTestAws, type TestAws } from "../../local/aws/aws-fixture.ts";
import { provisionBuckets } from "../../local/provision/buckets.ts";
import { names } from "../../local/provision/names.ts";
import { buildSite } from "../build-site.ts";
import { launchBrowser } from "./find-browser.ts";

/** Udagram as it is deployed: the built site on an S3 website, the API, PostgreSQL, the media bucket; and a browser. */
export interface Stage {
  readonly browser: Browser;
  readonly site: string;
  readonly api: string;
  readonly aws: TestAws;
  /** A token that the API accepts for so many seconds. */
  token(email: string, lifetimeSeconds: number): Promise<string>;
  putConfig(text: string): Promise<void>;
  removeConfig(): Promise<void>;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

let opening: Promise<Stage> | undefined;
const closing: (() => Promise<unknown>)[] = [];

/**
 * The stage that all browser tests share; opened by the first of them. Without a browser they are skipped, loudly; in CI that
 * is a failure, except on the laptop's own workflow runner, which brings no browser as GitHub's machines do.
 */
export async function useStage(test: Mocha.Context): Promise<Stage> {
  const browser = await launchBrowserOnce();
  if ("problem" in browser) {
    const message = `the tests of the site in a browser did NOT run: ${browser.problem}`;
    if (process.env.CI && process.env.RUNNER_ENVIRONMENT !== "self-hosted") throw new Error(message);
    process.stderr.write(`\n  ${"!".repeat(80)}\n  SKIPPED: ${message}\n  ${"!".repeat(80)}\n`);
    return test.skip();
  }
  opening ??= open(browser);
  return await opening;
}

let launching: ReturnType<typeof launchBrowser> | undefined;

function launchBrowserOnce(): ReturnType<typeof launchBrowser> {
  launching ??= launchBrowser(process.env).then((browser) => {
    if (!("problem" in browser)) closing.push(() => browser.close());
    return browser;
  });
  return launching;
}

after(async () => {
  for (const close of closing.reverse()) await close();
});

function closedAfterwards<Opened>(close: (opened: Opened) => Promise<unknown>): (opened: Opened) => Opened {
  return (opened) => {
    closing.push(() => close(opened));
    return opened;
  };
}

/** All results, once all have ended, or the first failure. */
async function all<Results extends readonly Promise<unknown>[]>(
  work: readonly [...Results],
): Promise<{ -readonly [Index in keyof Results]: Awaited<Results[Index]> }> {
  await Promise.allSettled(work);
  return (await Promise.all(work)) as { -readonly [Index in keyof Results]: Awaited<Results[Index]> };
}

async function open(browser: Browser): Promise<Stage> {
  // What one of them has opened is closed also where another fails: mocha would wait for it without end.
  const [site, database, aws] = await all([
    buildSite(),
    createTestDatabase().then(closedAfterwards(({ drop }) => drop())),
    startTestAws().then(closedAfterwards((started) => started.stop())),
  ]);
  await migrate(database);
  provisionBuckets(aws.server, names, ["http://not-known-yet.example"]);
  const website = await aws.server.startWebsite(names.site, 0);
  const siteUrl = `http://127.0.0.1:${website.port}`;
  provisionBuckets(aws.server, names, [siteUrl]);

  const environment = {
    ...environmentFor(database),
    URL: siteUrl,
    AWS_BUCKET: names.media,
    AWS_REGION: aws.server.region,
    AWS_ENDPOINT_URL_S3: aws.server.endpoint,
  };
  const context = createContext(
    readConfig(environment),
    { logger: createLogger("silent"), version: "0123456789ab" },
    { passwords: createPasswords({ ln: 4, r: 8, p: 1 }), credentials: aws.server.credentials },
  );
  const service = await startService(context, { idleGraceMs: 0 });
  closing.push(() => service.stop());
  const api = `http://127.0.0.1:${service.port}`;

  const s3 = aws.s3();
  const put = (key: string, body: string | Buffer, type: string) =>
    s3.send(new PutObjectCommand({ Bucket: names.site, Key: key, Body: body, ContentType: type }));
  const putConfig = async (text: string) => {
    await put("config.json", text, "application/json");
  };
  await Promise.all(
    [...site].map(([key, body]) => put(key, body, types[extname(key)] ?? "application/octet-stream")),
  );
  await putConfig(JSON.stringify({ api }));
  return {
    browser,
    site: siteUrl,
    api,
    aws,
    token: async (email, lifetimeSeconds) => {
      return await createTokens({ ...context.config.tokens, lifetimeSeconds }).issue(email);
    },
    putConfig,
    removeConfig: async () => {
      await s3.send(new DeleteObjectCommand({ Bucket: names.site, Key: "config.json" }));
    },
  };
}
