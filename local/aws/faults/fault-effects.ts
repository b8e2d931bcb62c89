import type { IncomingMessage } from "node:http";
import { AwsError } from "../service.ts";
import type { ActiveFault, ActiveFaults } from "./active-faults.ts";
import type { FaultEffect } from "./fault-rule.ts";

/** Thrown to reset the connection. */
export class Dropped extends Error {}

/** Does what a fault does to a request before its effect. Throws the error to be answered, or `Dropped`. */
export async function strikeBefore(
  fault: ActiveFault,
  message: IncomingMessage,
  faults: ActiveFaults,
): Promise<void> {
  if (fault.delayMs) await sleep(fault.delayMs);
  if (fault.hold === "before") await held(fault.id, message, faults);
  if (fault.drop === "before") throw new Dropped();
  if (fault.status !== undefined) throw faultError(fault);
}

/** Does what a fault does after the effect of a request. Throws `Dropped`. */
export async function strikeAfter(
  fault: ActiveFault,
  message: IncomingMessage,
  faults: ActiveFaults,
): Promise<void> {
  if (fault.hold === "after") await held(fault.id, message, faults);
  if (fault.drop === "after") throw new Dropped();
}

/** Waits until the rule is removed. Throws `Dropped` when the client has gone before that. */
async function held(id: number, { socket }: IncomingMessage, faults: ActiveFaults): Promise<void> {
  let leave = (): void => {};
  const gone = new Promise<never>((_, reject) => {
    leave = () => reject(new Dropped());
    socket.once("close", leave);
  });
  try {
    if (socket.destroyed) throw new Dropped();
    await Promise.race([faults.untilRemoved(id), gone]);
  } finally {
    socket.off("close", leave);
  }
}

function faultError({ code, status, message }: FaultEffect): AwsError {
  const words = message ?? defaultMessages[code as string] ?? "This fault was switched on.";
  return new AwsError(code as string, status as number, words);
}

const defaultMessages: Readonly<Record<string, string>> = {
  SlowDown: "Please reduce your request rate.",
  InternalError: "We encountered an internal error. Please try again.",
  InternalFailure: "We encountered an internal error. Please try again.",
  ServiceUnavailable: "Please reduce your request rate.",
  Throttling: "Rate exceeded",
  ThrottlingException: "Rate exceeded",
  DecryptionFailure: "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
  InternalServiceError: "An error occurred on the server side.",
  RequestTimeout:
    "Your socket connection to the server was not read from or written to within the timeout period.",
};

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
