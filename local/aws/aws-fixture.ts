import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { type AwsOptions, type AwsServer, startAws } from "./server.ts";

/** A local AWS in a temporary folder, for tests. */
export interface TestAws {
  readonly server: AwsServer;
  readonly directory: string;
  /** A client of the real SDK, as the account's root unless told otherwise. */
  s3(config?: S3ClientConfig): S3Client;
  /** Stops the server and starts another one with the same state and port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startTestAws(options: Partial<AwsOptions> = {}): Promise<TestAws> {
  const directory = mkdtempSync(join(tmpdir(), "local-aws-"));
  const base: AwsOptions = {
    directory,
    port: 0,
    region: "us-east-1",
    accountId: "000000000000",
    services: [],
    ...options,
  };
  let server = await startAws(base);
  const clients: S3Client[] = [];
  return {
    get server() {
      return server;
    },
    directory,
    s3(config = {}) {
      const client = new S3Client({
        region: base.region,
        endpoint: server.endpoint,
        forcePathStyle: true,
        credentials: server.credentials,
        ...config,
      });
      clients.push(client);
      return client;
    },
    async restart() {
      await server.close();
      server = await startAws({ ...base, port: server.port });
    },
    async stop() {
      for (const client of clients) client.destroy();
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The error of an SDK call that must fail, as a test compares it. */
export async function failure(
  call: Promise<unknown>,
): Promise<{ name: string; status: number; message: string }> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return { name, status: $metadata?.httpStatusCode ?? 0, message };
  }
  throw new Error("the call succeeded, but it had to fail");
}
