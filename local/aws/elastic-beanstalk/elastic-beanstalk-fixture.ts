import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
import { until } from "../../../test/until.ts";
import { Ports } from "../../ports.ts";
import { Processes } from "../../processes.ts";
import { closeServer, listen, portOf } from "../listen.ts";
import { AwsError, type AwsRequest } from "../service.ts";
import { type Files, zip } from "./bundle/bundles-fixture.ts";
import { type ElasticBeanstalk, elasticBeanstalk } from "./elastic-beanstalk.ts";
import type { ElasticBeanstalkOptions, Timing } from "./options.ts";

export { app, type Files, zip } from "./bundle/bundles-fixture.ts";

/** Elastic Beanstalk in a folder of its own, with the AWS SDK in front and a Map in place of S3. */
export interface ElasticBeanstalkFixture {
  readonly eb: ElasticBeanstalk;
  readonly client: ElasticBeanstalkClient;
  readonly processes: Processes;
  readonly directory: string;
  /** What stands for S3: bundles by `bucket/key`. */
  readonly bundles: Map<string, Buffer>;
  /** Puts a bundle into the bucket `artifacts`. */
  put(key: string, files: Files): Promise<void>;
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

export type Settings = Readonly<Record<string, Readonly<Record<string, string>>>>;

export const baseEnvironment = { PATH: process.env.PATH ?? "", HOME: tmpdir() };

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

const quick: Partial<Timing> = {
  deploymentIntervalMs: 20,
  healthIntervalMs: 100,
  environmentHealthMs: 100,
  steadyMs: 800,
  crashesTolerated: 1,
  healthGraceMs: 0,
  deploymentHealthMs: 20_000,
  evaluationMinuteMs: 100,
};

export async function startElasticBeanstalk(
  timing: Partial<Timing> = {},
  directory = mkdtempSync(join(tmpdir(), "eb-test-")),
  more: Pick<ElasticBeanstalkOptions, "strictImmutable" | "versionQuota"> = {},
): Promise<ElasticBeanstalkFixture> {
  const bundles = new Map<string, Buffer>();
  const processes = new Processes(join(directory, "processes.json"));
  let eb: ElasticBeanstalk;
  const start = async (): Promise<void> => {
    eb = await elasticBeanstalk({
      ...fixtureOptions(directory, processes, bundles),
      timing: { ...quick, ...timing },
      ...more,
    });
    await eb.start();
  };
  await start();
  const server = await listen(
    0,
    "the Elastic Beanstalk of a test",
    (message, response) => void answer(eb, message, response),
  );
  const client = new ElasticBeanstalkClient({
    endpoint: `http://127.0.0.1:${portOf(server)}`,
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
    return await until(async () => {
      const found = await describe(name);
      return found.Status === "Ready" && found;
    });
  };
  const events: ElasticBeanstalkFixture["events"] = async (filter) => {
    const { Events = [] } = await client.send(new DescribeEventsCommand(filter));
    return Events.reverse();
  };
  const put = async (key: string, files: Files): Promise<void> => {
    bundles.set(`artifacts/${key}`, await zip(files));
  };
  return {
    get eb() {
      return eb;
    },
    client,
    bundles,
    processes,
    directory,
    describe,
    ready,
    events,
    put,
    version: async (label, files) => {
      await put(`${label}.zip`, files);
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
      await start();
    },
    close: async () => {
      client.destroy();
      await eb.stop();
      await closeServer(server);
      await processes.endAll(500);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export function fixtureOptions(
  directory: string,
  processes: Processes,
  bundles: ReadonlyMap<string, Buffer>,
): ElasticBeanstalkOptions {
  return {
    directory: join(directory, "eb"),
    region: "us-east-1",
    accountId: "000000000000",
    instances: {
      processes,
      environment: baseEnvironment,
      instanceProfile: () => ({ AWS_ACCESS_KEY_ID: "ASIAINSTANCE", AWS_SECRET_ACCESS_KEY: "instance" }),
      endpoint: "http://127.0.0.1:4566",
    },
    ports: new Ports(join(directory, "ports.json")),
    s3: {
      readObject: async (bucket, key) => {
        const bundle = bundles.get(`${bucket}/${key}`);
        if (bundle === undefined) throw new Error("The specified key does not exist.");
        return bundle;
      },
    },
  };
}

export function optionSettings(
  settings: Settings,
): { Namespace: string; OptionName: string; Value: string }[] {
  return Object.entries(settings).flatMap(([Namespace, options]) =>
    Object.entries(options).map(([OptionName, Value]) => ({ Namespace, OptionName, Value })),
  );
}

let requests = 0;

/** What `local/aws/server.ts` does around a service, without signatures and permissions. */
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
    query: new URL(message.url ?? "/", "http://127.0.0.1").searchParams,
    headers: message.headers,
    requestId,
    body: message,
    access: { allows: () => true, authorize: () => {} },
  } as unknown as AwsRequest;
  const result = await service
    .identify(request)
    .then((operation) => service.handle(request, operation))
    .catch((error: Error) => {
      const known = error instanceof AwsError;
      return service.renderError(
        known ? error : new AwsError("InternalFailure", 500, String(error.stack)),
        request,
      );
    });
  response.writeHead(result.status, result.headers as Record<string, string>);
  response.end(result.body);
}
