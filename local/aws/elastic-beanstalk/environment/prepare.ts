import { sampleLabel } from "../bundle/sample-application.ts";
import { noExtensions, openBundle } from "../bundle/source-bundle.ts";
import { BundleError } from "../bundle/unpack.ts";
import type { OptionSetting } from "../model.ts";
import { effectiveOptions, validateSettings } from "../option-settings.ts";
import { OperationFailed, type Wanted } from "./instance-command.ts";
import { refuseDeployment } from "./refuse-deployment.ts";
import type { RunningEnvironment } from "./running-environment.ts";

/** What an update asks for; `undefined` leaves a thing as it is. */
export interface Update {
  readonly versionLabel: string | undefined;
  /** The whole layer of API settings from now on. */
  readonly settings: readonly OptionSetting[] | undefined;
}

/** The version and settings that an operation is about, with the bundle read; tells what of it is ignored. */
export async function prepare(environment: RunningEnvironment, change: Update): Promise<Wanted> {
  const { record, services } = environment;
  const newVersion = change.versionLabel !== undefined;
  const versionLabel = change.versionLabel ?? record.deployed?.versionLabel ?? sampleLabel;
  const deploymentId = newVersion ? record.lastDeploymentId : (record.deployed?.deploymentId ?? 1);
  const wanted = { versionLabel, deploymentId, newVersion };
  const version = services.store.application(record.application)?.versions[versionLabel];
  if (version === undefined && versionLabel !== sampleLabel) {
    environment.emit("ERROR", `No Application Version named '${versionLabel}' found.`);
    throw new OperationFailed(`version "${versionLabel}" does not exist any more`);
  }
  try {
    const bundle =
      version === undefined
        ? { source: "sample" as const, extensions: noExtensions }
        : await openBundle(await services.options.s3.readObject(version.bucket, version.key));
    if (newVersion) reportExtensions(environment, bundle.extensions);
    const settings = bundle.extensions.settings.filter((setting) => {
      const [problem] = validateSettings([setting]);
      if (problem !== undefined && newVersion) environment.emit("WARN", problem.message);
      return problem === undefined;
    });
    const before = environment.options;
    environment.options = effectiveOptions(change.settings ?? record.settings, settings);
    if (newVersion) refuseDeployment(environment, before, bundle.extensions.resources);
    return { ...wanted, source: bundle.source, extensions: { ...bundle.extensions, settings } };
  } catch (error) {
    if (error instanceof OperationFailed) throw error;
    if (error instanceof BundleError)
      environment.emit(
        "ERROR",
        `The source bundle of version '${versionLabel}' is not usable: ${error.message}.`,
      );
    else {
      const { bucket, key } = version ?? { bucket: "", key: "" };
      environment.emit(
        "ERROR",
        `Unable to download from S3 location (Bucket: ${bucket}  Key: ${key}). Reason: ${(error as Error).message}`,
      );
    }
    throw new OperationFailed(`the bundle of "${versionLabel}" could not be read`);
  }
}

function reportExtensions(environment: RunningEnvironment, extensions: Wanted["extensions"]): void {
  for (const { file, reason } of extensions.invalid) {
    environment.emit(
      "WARN",
      `The configuration file ${file} in application version ${environment.record.versionLabel} contains invalid YAML or JSON, ` +
        `and is ignored: ${reason}. Update the configuration file.`,
    );
  }
  for (const { file, section } of extensions.notRun) {
    environment.emit(
      "WARN",
      `${file}: "${section}" reaches outside the instance's folder, and is not run here.`,
    );
  }
}
