import { randomUUID } from "node:crypto";
import { end } from "./outcome.ts";
import type { RunningEnvironment } from "./running-environment.ts";

/** Long enough for a client to see that the update before it is over. */
const readyMs = 150;
const starting = "Managed platform update is in progress.";

/** The fault `managed-update` in the middle of an update: its events, under a request id of their own, an error among them. */
export async function interruptedByManagedUpdate(environment: RunningEnvironment): Promise<void> {
  const { faults } = environment.services;
  const { name } = environment.record;
  if (faults.find("managed-update", name)?.when !== "during") return;
  const fault = faults.strike("managed-update", name);
  const requestId = randomUUID();
  environment.emit("INFO", starting, requestId);
  await pause(environment, fault?.forMs ?? 0);
  environment.emit("ERROR", "Managed platform update failed: the environment was not ready.", requestId);
}

/** The fault `managed-update` right after an update: the environment is busy again, for an operation that nobody here asked for. */
export async function managedUpdateAfter(environment: RunningEnvironment): Promise<void> {
  const { faults } = environment.services;
  const { name } = environment.record;
  if (environment.closed || faults.find("managed-update", name)?.when !== "after") return;
  const fault = faults.strike("managed-update", name);
  await pause(environment, readyMs);
  if (environment.closed || environment.record.operation !== undefined) return;
  environment.begin("update", randomUUID());
  environment.abortable = false;
  environment.emit("INFO", starting);
  await pause(environment, fault?.forMs ?? 0);
  if (environment.closed) return;
  environment.emit("INFO", "Managed platform update completed successfully.");
  end(environment);
}

async function pause(environment: RunningEnvironment, ms: number): Promise<void> {
  const until = performance.now() + ms;
  while (performance.now() < until && !environment.abort.signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
