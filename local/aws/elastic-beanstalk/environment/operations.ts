import { optionDefinitions } from "../option-definitions.ts";
import type { Options } from "../option-settings.ts";
import { OperationFailed, type Wanted } from "./instance-command.ts";
import { interruptedByManagedUpdate, managedUpdateAfter } from "./managed-update.ts";
import { attempt, commit, end, revert, SilentRevert, startAll, troubleshooting } from "./outcome.ts";
import { prepare, type Update } from "./prepare.ts";
import { Rollout } from "./rollout.ts";
import type { RunningEnvironment } from "./running-environment.ts";

/** Launches the environment's first instances. The record is Launching; at the end it is Ready, well or not. */
export async function create(environment: RunningEnvironment): Promise<void> {
  const { record, services } = environment;
  environment.emit("INFO", "createEnvironment is starting.");
  environment.emit(
    "INFO",
    `Using ${services.names.storageBucket()} as Amazon S3 storage bucket for environment data.`,
  );
  const launched = await attempt(environment, async () => {
    const wanted = await prepare(environment, {
      versionLabel: record.versionLabel,
      settings: record.settings,
    });
    environment.emit("INFO", "Waiting for EC2 instances to launch. This may take a few minutes.");
    await new Rollout(environment, wanted).launchAll();
    return wanted;
  });
  if (launched.outcome === "stopped") return;
  if (launched.outcome === "done") {
    commit(environment, launched.value);
    if (record.tier === undefined)
      environment.emit("INFO", `Application available at 127.0.0.1:${record.port}.`);
    environment.emit("INFO", `Successfully launched environment: ${record.name}`);
  } else {
    environment.emit(
      "ERROR",
      `Create environment operation is complete, but with errors. ${troubleshooting}`,
    );
  }
  end(environment);
}

/** Brings another version, other settings, or both, by the deployment policy. The record is Updating; at the end Ready. */
export async function update(environment: RunningEnvironment, change: Update): Promise<void> {
  const { record, services } = environment;
  const before = environment.options;
  environment.emit("INFO", "Environment update is starting.");
  const changed = await attempt(environment, async () => {
    await stuck(environment);
    const wanted = await prepare(environment, change);
    if (change.versionLabel !== undefined) environment.emit("INFO", "Deploying new version to instance(s).");
    else environment.emit("INFO", `Updating environment ${record.name}'s configuration settings.`);
    if (services.faults.strike("silent-revert", record.name) !== undefined) throw new SilentRevert();
    if (services.faults.strike("eb-reverts", record.name) !== undefined) {
      environment.emit("ERROR", "Service:AmazonCloudFormation, Message:fault eb-reverts");
      throw new OperationFailed("fault eb-reverts");
    }
    await interruptedByManagedUpdate(environment);
    if (change.versionLabel === undefined) return applySettings(environment, wanted, before);
    await new Rollout(environment, wanted).run();
    return wanted;
  });
  if (changed.outcome === "stopped") return;
  if (changed.outcome === "done") {
    commit(environment, changed.value);
    if (change.settings !== undefined) {
      environment.emit("INFO", "Successfully deployed new configuration to environment.");
    }
    if (change.versionLabel !== undefined) {
      environment.emit("INFO", "New application version was deployed to running EC2 instances.");
    }
    environment.emit("INFO", "Environment update completed successfully.");
  } else {
    await revert(environment, change, changed.outcome);
  }
  end(environment);
  if (changed.outcome === "done") letInstanceDie(environment);
  await managedUpdateAfter(environment);
}

/** Starts the web process of every instance anew. */
export async function restart(environment: RunningEnvironment): Promise<void> {
  environment.emit("INFO", "restartAppServer is starting.");
  const restarted = await attempt(environment, () => startAll(environment));
  if (restarted.outcome === "stopped") return;
  const done = restarted.outcome === "done";
  environment.emit(
    done ? "INFO" : "ERROR",
    done ? "restartAppServer completed successfully." : "Failed to restart the app server.",
  );
  end(environment);
}

/** New instances with what was last deployed successfully, in place of all the present ones. */
export async function rebuild(environment: RunningEnvironment): Promise<void> {
  environment.emit("INFO", "rebuildEnvironment is starting.");
  const rebuilt = await attempt(environment, async () => {
    const wanted = await prepare(environment, { versionLabel: undefined, settings: undefined });
    await environment.retire([...environment.instances]);
    await new Rollout(environment, { ...wanted, newVersion: true }).launchAll();
  });
  if (rebuilt.outcome === "stopped") return;
  const done = rebuilt.outcome === "done";
  environment.emit(
    done ? "INFO" : "ERROR",
    done ? "rebuildEnvironment completed successfully." : "Failed to rebuild the environment.",
  );
  end(environment);
}

export async function terminate(environment: RunningEnvironment): Promise<void> {
  const { record, services } = environment;
  environment.emit("INFO", "terminateEnvironment is starting.");
  await environment.closeAddress();
  await environment.retire([...environment.instances]);
  services.logs.remove(record, () => true);
  environment.emit("INFO", "terminateEnvironment completed successfully.");
  environment.stopWatching();
  record.status = "Terminated";
  record.terminatedAt = services.now().toISOString();
  record.operation = undefined;
  environment.save();
}

/** Settings without a new version: a deployment of its own where instances are changed. Other properties restart the application, the size adds or removes instances. */
async function applySettings(
  environment: RunningEnvironment,
  wanted: Wanted,
  before: Options,
): Promise<Wanted> {
  if (!needsRestart(before, environment.options)) {
    await new Rollout(environment, wanted).scale();
    return wanted;
  }
  environment.record.lastDeploymentId += 1;
  const renewed = { ...wanted, deploymentId: environment.record.lastDeploymentId };
  const rollout = new Rollout(environment, renewed);
  await rollout.run();
  await rollout.scale();
  return renewed;
}

function needsRestart(before: Options, after: Options): boolean {
  const interrupting = (options: Options): string =>
    JSON.stringify(
      options.list().filter(({ namespace, name }) => {
        const definition = optionDefinitions.find((one) => one.namespace === namespace && one.name === name);
        return definition?.severity !== "NoInterruption";
      }),
    );
  return interrupting(before) !== interrupting(after);
}

async function stuck(environment: RunningEnvironment): Promise<void> {
  const { faults } = environment.services;
  while (faults.find("stuck-updating", environment.record.name) !== undefined) {
    environment.abort.signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function letInstanceDie(environment: RunningEnvironment): void {
  const fault = environment.services.faults.strike("instance-dies", environment.record.name);
  const instance = environment.instances[fault?.instance ?? 0];
  if (fault === undefined || instance === undefined) return;
  setTimeout(() => void instance.stop(), fault.afterMs);
}
