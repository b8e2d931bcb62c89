import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import {
  CreateApplicationVersionCommand,
  CreateEnvironmentCommand,
  DescribeEnvironmentsCommand,
  DescribeEventsCommand,
  ElasticBeanstalkClient,
  type ElasticBeanstalkServiceException,
  type EnvironmentDescription,
  type EventDescription,
  UpdateEnvironmentCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { ZipFile } from "yazl";
import { Ports } from "../../ports.ts";
import { Processes } from "../../processes.ts";
import { AwsError, type AwsRequest } from "../service.ts";
import { type ElasticBeanstalk, elasticBeanstalk } from "./elastic-beanstalk.ts";
import type { ElasticBeanstalkOptions, Timing } from "./options.ts";

/** Elastic Beanstalk in a folder of its own, with the AWS SDK in front and a Map in place of S3. */
export interface TestBench {
  readonly eb: ElasticBeanstalk;
  readonly client: ElasticBeanstalkClient;
  readonly processes: Processes;
  readonly directory: string;
  readonly bundles: Map<string, Buffer>;
  /** Puts a bundle and makes it a version of the application `udagram`. */
  version(label: string, files: Files): Promise<void>;
  /** Creates an environment of `udagram` and waits until it is Ready. */
  environment(name: string, label: string | undefined, settings?: Settings): Promise<void>;
  /** Updates and waits until it is Ready again; resolves to the request id. */
  update(name: string, change: { readonly label?: string; readonly settings?: Settings }): Promise<string>;
  ready(name: string): Promise<EnvironmentDescription>;
  describe(name: string): Promise<EnvironmentDescription>;
  /** Messages, oldest first. */
  messages(filter: { readonly EnvironmentName?: string; readonly RequestId?: string }): Promise<string[]>;
  events(filter: {
    readonly EnvironmentName?: string;
    readonly RequestId?: string;
  }): Promise<EventDescription[]>;
  /** Stops what runs and starts it again from the same folder. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export type Files = Readonly<Record<string, string | { readonly content: string; readonly mode: number }>>;
export type Settings = Readonly<Record<string, Readonly<Record<string, string>>>>;

export const baseEnvironment = { PATH: process.env.PATH ?? "", HOME: tmpdir() };

/** A small application that answers `/` with JSON: its version, and whatever `answer` adds. */
export function app(version: string, body = ""): Files {
  return {
    Procfile: "web: node server.mjs\n",
    "server.mjs": `import http from "node:http";
console.log("starting ${version}");
${body}
const server = http.createServer((request, response) => {
  if (request.url === "/fail") return response.writeHead(500).end();
  const { url, headers } = request;
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ version: "${version}", pid: process.pid, url, headers, env: process.env }));
});
server.listen(process.env.PORT, "127.0.0.1");
`,
  };
}

export async function zip(files: Files): Promise<Buffer> {
  const archive = new ZipFile();
  for (const [name, file] of Object.entries(files)) {
    const { content, mode } = typeof file === "string" ? { content: file, mode: 0o100644 } : file;
    archive.addBuffer(Buffer.from(content), name, { mode });
  }
  archive.end();
  return buffer(archive.outputStream as NodeJS.ReadableStream);
}

/** The error that a call is answered with: status, code and message; "no error" when there is none. */
export async function failure(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "no error";
  } catch (error) {
    if (!(error instanceof Error && "$metadata" in error)) throw error;
    const { $metadata, name, message } = error as ElasticBeanstalkServiceException;
    return `${$metadata.httpStatusCode} ${name}: ${message}`;
  }
}

export const policy = (name: string, more: Readonly<Record<string, string>> = {}): Settings => ({
  "aws:elasticbeanstalk:command": { DeploymentPolicy: name, ...more },
});

export async function testBench(timing: Partial<Timing> = {}): Promise<TestBench> {
  const directory = mkdtempSync(join(tmpdir(), "eb-test-"));
  const bundles = new Map<string, Buffer>();
  const processes = new Processes(join(directory, "processes.json"));
  const start = async (): Promise<ElasticBeanstalk> => {
    const started = await elasticBeanstalk({ ...benchOptions(directory, processes, bundles), timing });
    await started.start();
    return started;
  };
  let eb = await start();
  const server = createServer((message, response) => void answer(eb, message, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = new ElasticBeanstalkClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
    maxAttempts: 1,
  });
  const describe = async (name: string): Promise<EnvironmentDescription> => {
    const { Environments = [] } = await client.send(
      new DescribeEnvironmentsCommand({ EnvironmentNames: [name] }),
    );
    if (Environments[0] === undefined) throw new Error(`no environment "${name}"`);
    return Environments[0];
  };
  const ready = async (name: string): Promise<EnvironmentDescription> => {
    for (;;) {
      const found = await describe(name);
      if (found.Status === "Ready") return found;
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  };
  const events: TestBench["events"] = async (filter) => {
    const { Events = [] } = await client.send(new DescribeEventsCommand(filter));
    return Events.reverse();
  };
  return {
    get eb() {
      return eb;
    },
    client,
    processes,
    directory,
    bundles,
    describe,
    ready,
    events,
    version: async (label, files) => {
      bundles.set(`artifacts/${label}.zip`, await zip(files));
      await client.send(
        new CreateApplicationVersionCommand({
          ApplicationName: "udagram",
          VersionLabel: label,
          SourceBundle: { S3Bucket: "artifacts", S3Key: `${label}.zip` },
          AutoCreateApplication: true,
        }),
      );
    },
    environment: async (name, label, settings = {}) => {
      await client.send(
        new CreateEnvironmentCommand({
          ApplicationName: "udagram",
          EnvironmentName: name,
          VersionLabel: label,
          OptionSettings: optionSettings(settings),
        }),
      );
      await ready(name);
    },
    update: async (name, { label, settings = {} }) => {
      const { $metadata } = await client.send(
        new UpdateEnvironmentCommand({
          EnvironmentName: name,
          VersionLabel: label,
          OptionSettings: optionSettings(settings),
        }),
      );
      await ready(name);
      return $metadata.requestId ?? "";
    },
    messages: async (filter) => (await events(filter)).map(({ Message = "" }) => Message),
    restart: async () => {
      await eb.stop();
      eb = await start();
    },
    close: async () => {
      client.destroy();
      await eb.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await processes.endAll(500);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export function benchOptions(
  directory: string,
  processes: Processes,
  bundles: ReadonlyMap<string, Buffer>,
): ElasticBeanstalkOptions {
  return {
    directory: join(directory, "eb"),
    region: "us-east-1",
    accountId: "000000000000",
    processes,
    environment: baseEnvironment,
    instanceProfile: () => ({ AWS_ACCESS_KEY_ID: "ASIAINSTANCE", AWS_SECRET_ACCESS_KEY: "instance" }),
    ports: new Ports(join(directory, "ports.json")),
    endpoint: "http://127.0.0.1:4566",
    readObject: async (bucket, key) => {
      const bundle = bundles.get(`${bucket}/${key}`);
      if (bundle === undefined) throw new Error("The specified key does not exist.");
      return bundle;
    },
  };
}

function optionSettings(settings: Settings): { Namespace: string; OptionName: string; Value: string }[] {
  return Object.entries(settings).flatMap(([Namespace, options]) =>
    Object.entries(options).map(([OptionName, Value]) => ({ Namespace, OptionName, Value })),
  );
}

let requests = 0;

/** What `local/aws`'s server does around a service, without signatures and permissions. */
async function answer(
  { service }: ElasticBeanstalk,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  requests += 1;
  const requestId = `00000000-0000-0000-0000-${String(requests).padStart(12, "0")}`;
  const request = {
    method: message.method ?? "",
    path: "/",
    query: new URLSearchParams(),
    headers: message.headers,
    requestId,
    body: message,
    allows: () => true,
    authorize: () => {},
  } as unknown as AwsRequest;
  const result = await service
    .identify(request)
    .then((operation) => service.handle(request, operation))
    .catch((error: Error) => {
      const shown =
        error instanceof AwsError ? error : new AwsError("InternalFailure", 500, error.stack ?? "");
      return service.renderError(shown, request);
    });
  response.writeHead(result.status, result.headers as Record<string, string>);
  response.end(result.body);
}
