import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { ActiveFaults } from "../../faults/active-faults.ts";
import type { FaultEffect } from "../../faults/fault-rule.ts";
import { closeServer, listen, portOf } from "../../listen.ts";
import type { RequestLog } from "../../request-log.ts";
import { sendResponse } from "../../send-response.ts";
import type { AwsResponse } from "../../service.ts";
import type { S3Store } from "../storage/store.ts";
import { answerWebsite } from "./website.ts";

export interface Website {
  readonly bucket: string;
  /** http://127.0.0.1:PORT */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

interface WebsiteContext {
  readonly store: S3Store;
  readonly clock: { now(): Date };
  readonly faults: ActiveFaults;
  readonly requests: RequestLog;
}

/**
 * Serves a bucket's website on a port of its own. The bucket may come, go and be configured at any time. Its requests are
 * logged, and struck by faults, as service `s3-website`, operation `GetWebsite`.
 */
export async function startWebsite(bucket: string, port: number, context: WebsiteContext): Promise<Website> {
  const server = await listen(port, `the website of bucket "${bucket}"`, (message, response) => {
    void answer(bucket, context, message, response);
  });
  return {
    bucket,
    port: portOf(server),
    url: `http://127.0.0.1:${portOf(server)}`,
    close: () => closeServer(server),
  };
}

async function answer(
  bucket: string,
  { store, clock, faults, requests }: WebsiteContext,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const started = performance.now();
  const time = clock.now();
  const requestId = randomUUID();
  const method = message.method ?? "GET";
  const path = (message.url ?? "/").split("?", 1)[0] as string;
  const operation = { name: "GetWebsite", target: `${bucket}${path}` };
  const fault = faults.strike({ service: "s3-website", method, operation });
  if (fault?.delayMs) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
  let status = 0;
  let bytesOut = 0;
  if (fault?.drop !== undefined) message.socket.resetAndDestroy();
  else {
    const reply =
      faulty(fault) ?? respond(store, bucket, { method, path, headers: message.headers, requestId });
    message.resume();
    status = reply.status;
    bytesOut = await sendResponse(message, response, reply, time);
  }
  requests.write(
    {
      time: time.toISOString(),
      service: "s3-website",
      operation,
      method,
      bytesIn: 0,
      principal: "",
      requestId,
    },
    { status, ms: performance.now() - started, bytesOut, struck: fault !== undefined },
  );
}

function respond(store: S3Store, bucket: string, request: Parameters<typeof answerWebsite>[2]): AwsResponse {
  try {
    const reply = answerWebsite(store, bucket, request);
    if (request.method === "HEAD" && reply.body instanceof Readable) reply.body.destroy();
    return reply;
  } catch (error) {
    return { status: 500, headers: { "Content-Type": "text/plain" }, body: `${(error as Error).message}\n` };
  }
}

function faulty(fault: FaultEffect | undefined): AwsResponse | undefined {
  if (fault?.status === undefined) return undefined;
  return {
    status: fault.status,
    headers: { "Content-Type": "text/html; charset=utf-8", "x-amz-error-code": fault.code },
    body: `<html>\n<body>\n<h1>${fault.status}</h1>\n<ul>\n<li>Code: ${fault.code}</li>\n</ul>\n</body>\n</html>\n`,
  };
}
