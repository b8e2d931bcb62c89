import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { ActiveFault, ActiveFaults } from "./faults/active-faults.ts";
import { Dropped, strikeAfter, strikeBefore } from "./faults/fault-effects.ts";
import { type Account, openRequest } from "./open-request.ts";
import type { RequestLog } from "./request-log.ts";
import { type RoutedRequest, routeRequest } from "./route-request.ts";
import { sendResponse } from "./send-response.ts";
import type { AwsError, AwsRequest, AwsResponse, AwsService, Operation } from "./service.ts";
import { shownError } from "./shown-error.ts";

interface DispatchContext {
  readonly account: Account;
  readonly faults: ActiveFaults;
  readonly requests: RequestLog;
}

/** Answers one request: routed, authenticated, struck by faults, handled, logged. Never rejects. */
export async function dispatch(
  message: IncomingMessage,
  response: ServerResponse,
  context: DispatchContext,
): Promise<void> {
  const arrival: Arrival = {
    message,
    path: (message.url ?? "/").split("?", 1)[0] as string,
    requestId: randomUUID(),
    time: context.account.clock.now(),
    started: performance.now(),
  };
  const outcome = await route(arrival, context);
  const bytesOut = await answer(arrival, outcome, response);
  record(arrival, outcome, bytesOut, context.requests);
}

interface Arrival {
  readonly message: IncomingMessage;
  readonly path: string;
  readonly requestId: string;
  readonly time: Date;
  /** By the clock of `performance`. */
  readonly started: number;
}

/** What is known of a request: more with every step, and whatever it was when a step failed. */
interface Known {
  readonly service: AwsService;
  readonly operation: Operation;
  /** ARN; "" for anonymous requests, and for those that were not believed. */
  readonly principal: string;
  readonly fault?: ActiveFault;
}

interface Outcome extends Known {
  /** Undefined: the connection is reset. */
  readonly answer: AwsResponse | undefined;
  readonly failure?: AwsError;
}

/** Finds the service, whose format answers have from here on. */
function route(arrival: Arrival, context: DispatchContext): Promise<Outcome> {
  const { message, path, requestId } = arrival;
  const { services } = context.account;
  const unknown: Known = {
    service: services.get("s3") as AwsService,
    operation: { name: "Unknown", target: path },
    principal: "",
  };
  return outcomeOf(unknown, arrival, async () => {
    const routed = routeRequest(message, requestId, services);
    return open(routed, { ...unknown, service: routed.service }, arrival, context);
  });
}

/** Verifies who sent the request. */
function open(
  routed: RoutedRequest,
  known: Known,
  arrival: Arrival,
  context: DispatchContext,
): Promise<Outcome> {
  return outcomeOf(known, arrival, async () => {
    const request = await openRequest(routed, context.account);
    return identify(request, { ...known, principal: request.access.principal.arn }, arrival, context);
  });
}

/** Names what is asked for, and the fault that strikes it. */
function identify(
  request: AwsRequest,
  known: Known,
  arrival: Arrival,
  context: DispatchContext,
): Promise<Outcome> {
  const { service } = known;
  return outcomeOf(known, arrival, async () => {
    const operation = await service.identify(request);
    const subject = { service: service.name, method: request.method, operation };
    const fault = context.faults.strike(subject);
    return handle(request, { ...known, operation, fault }, arrival, context.faults);
  });
}

/** Does what is asked for, between what a fault does before and after. */
function handle(request: AwsRequest, known: Known, arrival: Arrival, faults: ActiveFaults): Promise<Outcome> {
  const { service, operation, fault } = known;
  return outcomeOf(known, arrival, async () => {
    if (fault !== undefined) await strikeBefore(fault, arrival.message, faults);
    const answer = await service.handle(request, operation);
    if (fault === undefined) return { ...known, answer };
    try {
      await strikeAfter(fault, arrival.message, faults);
    } catch (error) {
      if (answer.body instanceof Readable) answer.body.destroy();
      throw error;
    }
    return { ...known, answer };
  });
}

/** The outcome of a step, which a failure is too. */
async function outcomeOf(
  known: Known,
  { path, requestId, message: { headers } }: Arrival,
  step: () => Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof Dropped) return { ...known, answer: undefined };
    const failure = shownError(error);
    return { ...known, failure, answer: known.service.renderError(failure, { path, requestId, headers }) };
  }
}

/** Sends the answer, or resets the connection. Resolves to the bytes of the body that was sent. */
async function answer(
  { message, path, requestId, time }: Arrival,
  { service, answer }: Outcome,
  response: ServerResponse,
): Promise<number> {
  // Whatever of the payload nobody read has to pass before the client listens for the answer, and needs no decoding.
  message.on("error", () => {});
  message.unpipe();
  message.resume();
  if (answer === undefined) {
    message.socket.resetAndDestroy();
    return 0;
  }
  const { method = "GET", headers } = message;
  const common = service.commonHeaders?.({ method, path, headers, requestId });
  return sendResponse(message, response, { ...answer, headers: { ...common, ...answer.headers } }, time);
}

function record(
  { message, requestId, time, started }: Arrival,
  { service, operation, principal, fault, answer, failure }: Outcome,
  bytesOut: number,
  log: RequestLog,
): void {
  log.write(
    {
      time: time.toISOString(),
      service: service.name,
      operation,
      method: message.method ?? "",
      bytesIn: Number(message.headers["content-length"] ?? 0),
      principal,
      requestId,
    },
    {
      status: answer?.status ?? 0,
      code: failure?.code,
      ms: performance.now() - started,
      bytesOut,
      struck: fault !== undefined,
      error: failure?.cause,
    },
  );
}
