import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { ActiveFault, Faults } from "./faults.ts";
import type { Iam } from "./iam/iam.ts";
import { openRequest } from "./open-request.ts";
import type { RequestLog, RequestRecord } from "./request-log.ts";
import { sendResponse } from "./send-response.ts";
import { AwsError, type AwsRequest, type AwsResponse, type AwsService, type Operation } from "./service.ts";

export interface DispatchContext {
  readonly region: string;
  readonly iam: Iam;
  readonly clock: { now(): Date };
  readonly services: ReadonlyMap<string, AwsService>;
  readonly faults: Faults;
  readonly requests: RequestLog;
}

/** Answers one request: routed, authenticated, struck by faults, handled, logged. Never rejects. */
export async function dispatch(
  message: IncomingMessage,
  response: ServerResponse,
  context: DispatchContext,
): Promise<void> {
  const started = performance.now();
  const time = context.clock.now();
  const requestId = randomUUID();
  const path = (message.url ?? "/").split("?", 1)[0] as string;
  const fallback = context.services.get("s3") as AwsService;
  let service = fallback;
  let request: AwsRequest | undefined;
  let operation: Operation = { name: "Unknown", target: path };
  let fault: ActiveFault | undefined;
  let answer: AwsResponse;
  let failure: AwsError | undefined;
  try {
    const opened = await openRequest(message, requestId, context, (chosen) => {
      service = chosen;
    });
    request = opened;
    operation = await service.identify(request);
    fault = context.faults.strike({ service: service.name, method: request.method, operation });
    if (fault?.delayMs) await sleep(fault.delayMs);
    if (fault?.hold === "before") await held(fault, message, context.faults);
    if (fault?.drop === "before") throw new Dropped();
    if (fault?.status !== undefined) throw faultError(fault);
    answer = await service.handle(request, operation);
    try {
      if (fault?.hold === "after") await held(fault, message, context.faults);
      if (fault?.drop === "after") throw new Dropped();
    } catch (error) {
      if (answer.body instanceof Readable) answer.body.destroy();
      throw error;
    }
  } catch (error) {
    failure = error instanceof Dropped ? undefined : asAwsError(error);
    answer = failure === undefined ? { status: 0 } : service.renderError(failure, { path, requestId });
  }
  // Whatever of the payload nobody read has to pass before the client listens for the answer, and needs no decoding.
  message.on("error", () => {});
  message.unpipe();
  message.resume();
  let bytesOut = 0;
  if (answer.status === 0) message.socket.resetAndDestroy();
  else {
    const common = service.commonHeaders?.({
      method: message.method ?? "GET",
      path,
      headers: message.headers,
      requestId,
    });
    bytesOut = await sendResponse(
      message,
      response,
      { ...answer, headers: { ...common, ...answer.headers } },
      time,
    );
  }
  const record: RequestRecord = {
    time: time.toISOString(),
    service: service.name,
    operation: operation.name,
    target: operation.target,
    ...(operation.details === undefined ? {} : { details: operation.details }),
    method: message.method ?? "",
    status: answer.status,
    ...(failure === undefined ? {} : { code: failure.code }),
    ms: Math.round((performance.now() - started) * 10) / 10,
    bytesIn: Number(message.headers["content-length"] ?? 0),
    bytesOut,
    principal: request?.principal.arn ?? "",
    requestId,
    ...(fault === undefined ? {} : { fault: true }),
    ...(failure?.cause === undefined ? {} : { error: describe(failure.cause) }),
  };
  context.requests.write(record);
}

/** Thrown to reset the connection. */
class Dropped extends Error {}

/** Waits until the rule is removed. Throws `Dropped` when the client has gone before that. */
async function held(fault: ActiveFault, { socket }: IncomingMessage, faults: Faults): Promise<void> {
  let leave = (): void => {};
  const gone = new Promise<never>((_, reject) => {
    leave = () => reject(new Dropped());
    socket.once("close", leave);
  });
  try {
    if (socket.destroyed) throw new Dropped();
    await Promise.race([faults.untilRemoved(fault.id), gone]);
  } finally {
    socket.off("close", leave);
  }
}

function faultError(fault: ActiveFault): AwsError {
  const code = fault.code as string;
  const message = fault.message ?? defaultMessages[code] ?? "This fault was switched on.";
  return new AwsError(code, fault.status as number, message);
}

const defaultMessages: Readonly<Record<string, string>> = {
  SlowDown: "Please reduce your request rate.",
  InternalError: "We encountered an internal error. Please try again.",
  InternalFailure: "We encountered an internal error. Please try again.",
  ServiceUnavailable: "Please reduce your request rate.",
  Throttling: "Rate exceeded",
  ThrottlingException: "Rate exceeded",
  RequestTimeout:
    "Your socket connection to the server was not read from or written to within the timeout period.",
};

function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ECONNRESET" || code === "ERR_STREAM_PREMATURE_CLOSE") {
    return new AwsError("RequestTimeout", 400, "The client went away before its request was complete");
  }
  const full = code === "ENOSPC";
  // 507: nothing in the SDKs retries it, so that the reason is seen at once.
  const shown = full
    ? new AwsError(
        "InsufficientStorage",
        507,
        "There is no space left on the disk of this stand-in; free some",
      )
    : new AwsError("InternalError", 500, "We encountered an internal error. Please try again.");
  shown.cause = error;
  return shown;
}

function describe(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
