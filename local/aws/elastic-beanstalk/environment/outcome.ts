import { effectiveOptions } from "../option-settings.ts";
import { OperationFailed, type Wanted } from "./instance-command.ts";
import type { Update } from "./prepare.ts";
import type { RunningEnvironment } from "./running-environment.ts";

/** EB took the update back on its own and does not say so. */
export class SilentRevert extends Error {}

/** How the steps of an operation ended. "stopped": the stand-in itself was stopped, and nobody is there to tidy up. */
type Attempt<T> =
  | { readonly outcome: "done"; readonly value: T }
  | { readonly outcome: "failed" | "aborted" | "silent" | "stopped" };

export const troubleshooting = "For more information, see troubleshooting documentation.";

/** Runs the steps of an operation. Never rejects. */
export async function attempt<T>(
  environment: RunningEnvironment,
  steps: () => Promise<T>,
): Promise<Attempt<T>> {
  try {
    return { outcome: "done", value: await steps() };
  } catch (error) {
    if (environment.closed) return { outcome: "stopped" };
    if (environment.abort.signal.aborted) return { outcome: "aborted" };
    if (error instanceof SilentRevert) return { outcome: "silent" };
    if (!(error instanceof OperationFailed)) {
      environment.emit("ERROR", `Internal failure of this stand-in: ${(error as Error).stack ?? error}`);
    }
    return { outcome: "failed" };
  }
}

/** From now on this is what new and restarted instances get. */
export function commit(environment: RunningEnvironment, wanted: Wanted): void {
  const { record } = environment;
  const { versionLabel, deploymentId, extensions } = wanted;
  record.deployed = {
    versionLabel,
    deploymentId,
    settings: record.settings,
    extensions: extensions.settings,
    resources: extensions.resources,
  };
  record.versionLabel = versionLabel;
}

/** Label and settings of what was last deployed successfully. */
export function restoreRelease(environment: RunningEnvironment): void {
  const { record } = environment;
  if (record.deployed !== undefined) {
    record.versionLabel = record.deployed.versionLabel;
    record.settings = record.deployed.settings;
  }
  environment.options = effectiveOptions(record.settings, record.deployed?.extensions ?? []);
}

/** What EB does and says after an update that did not succeed. Instances with a new version are left as they are. */
export async function revert(
  environment: RunningEnvironment,
  change: Update,
  outcome: "failed" | "aborted" | "silent",
): Promise<void> {
  const policy = environment.options.get("aws:elasticbeanstalk:command", "DeploymentPolicy");
  restoreRelease(environment);
  if (outcome === "silent") return;
  if (change.versionLabel !== undefined) {
    environment.emit("ERROR", "Failed to deploy application.");
    if (policy !== "Immutable" && policy !== "TrafficSplitting") {
      environment.emit(
        "ERROR",
        "During an aborted deployment, some instances may have deployed the new application version. " +
          "To ensure all instances are running the same version, re-deploy the appropriate application version.",
      );
    }
  }
  if (change.settings !== undefined) {
    environment.emit("ERROR", "Failed to deploy configuration.");
    if (change.versionLabel === undefined) await restoreSettings(environment);
    environment.emit("INFO", "The environment was reverted to the previous configuration setting.");
    environment.emit(
      "ERROR",
      `Update environment operation is complete, but with errors. ${troubleshooting}`,
    );
  }
  if (outcome === "aborted") environment.emit("INFO", "The environment update was aborted.");
}

/** Instances that a change of settings reached run with those of before again. */
async function restoreSettings(environment: RunningEnvironment): Promise<void> {
  const { instances, record, services } = environment;
  await startAll(environment);
  if (record.deployed === undefined) return;
  const { versionLabel, deploymentId } = record.deployed;
  const at = services.now().toISOString();
  for (const instance of instances) {
    if (instance.record.deployment.deploymentId !== record.lastDeploymentId) continue;
    instance.record.deployment = { versionLabel, deploymentId, status: "Deployed", at };
  }
}

/** (Re)starts the application of every instance that has one, with the settings in force. */
export async function startAll(environment: RunningEnvironment): Promise<void> {
  const variables = environment.options.variables();
  const startable = environment.instances.filter(({ hasApplication }) => hasApplication);
  await Promise.all(startable.map((instance) => instance.start(variables)));
}

/** The operation is over: the environment is Ready for the next one. */
export function end(environment: RunningEnvironment): void {
  environment.record.operation = undefined;
  environment.record.status = "Ready";
  environment.abortable = false;
  environment.save();
}
