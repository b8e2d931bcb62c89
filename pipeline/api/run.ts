import { awsInputs, connectionTo } from "../aws/connection.ts";
import { elasticBeanstalkClient } from "../aws/elastic-beanstalk.ts";
import { s3Client } from "../aws/s3.ts";
import { apiPath } from "../bundle/release-location.ts";
import type { ActionContext } from "../kit/action.ts";
import { ActionError } from "../kit/errors.ts";
import { boolean, type Inputs, integer, oneOf, optionalText } from "../kit/inputs.ts";
import { requireTexts } from "../kit/required-texts.ts";
import type { Runner } from "../kit/runner.ts";
import { type Attempt, openAttempt } from "../releases/store/attempt.ts";
import { hasObject } from "../releases/store/objects.ts";
import { bundleInS3 } from "./bundle/stored-bundle.ts";
import { type Deployer, type DeployOutcome, deployVersion } from "./deploy-version.ts";
import { outcomeCodes } from "./outcome-codes.ts";
import { failureMessage, logLines, remedy, summaryOf } from "./report.ts";
import { deployOrRestore, type Restoration } from "./restore.ts";
import { acceptedHealth } from "./update/health.ts";
import { timeoutMinutes } from "./update/timeout.ts";
import { standaloneVersion } from "./versions/standalone-version.ts";
import { versionPath } from "./versions/version-path.ts";
import { versionSource } from "./versions/version-source.ts";
import { releaseVersion, type WantedVersion } from "./versions/wanted-version.ts";

export const inputs = {
  ...awsInputs,
  release: optionalText,
  application: optionalText,
  environment: optionalText,
  directory: optionalText,
  "version-label": optionalText,
  bucket: optionalText,
  "bundle-key": optionalText,
  health: acceptedHealth,
  busy: oneOf("fail", "wait", "abort"),
  "busy-wait-minutes": integer(1, 720),
  "timeout-minutes": timeoutMinutes,
  "api-path": apiPath,
  "version-path": versionPath,
  "accept-unknown": boolean,
  force: boolean,
  preflight: oneOf("refuse", "warn"),
  "restore-on-failure": boolean,
  wait: boolean,
  "dry-run": boolean,
} as const;

type DeployInputs = Inputs<typeof inputs>;

/** Brings a version of the API to life on Elastic Beanstalk, on its own or as one tier of a release. */
export async function run(given: DeployInputs, context: ActionContext): Promise<void> {
  const s3 = s3Client(connectionTo("S3", given, context));
  const attempt = given.release === "" ? undefined : await openAttempt(s3, given.release, context);
  if (attempt && !attempt.manifest.api) return nothingToDeploy(attempt.manifest.id, context.runner);
  requireTexts(given, ["application", "environment"], "to deploy an API");
  if (given["restore-on-failure"] && !given.wait) {
    throw new ActionError(
      "InvalidInputs",
      "`restore-on-failure` needs to know how the deploy ends, and `wait` is false",
      {
        hint: "leave one of the two out",
      },
    );
  }
  const { application, environment } = given;
  const deploy = given["restore-on-failure"] ? deployOrRestore : deployVersion;
  const outcome: Reported = await deploy(
    {
      eb: elasticBeanstalkClient(connectionTo("ELASTIC_BEANSTALK", given, context)),
      application,
      environment,
    },
    attempt ? underRelease(given, attempt) : await standaloneVersion(given, s3),
    {
      accepted: given.health,
      acceptUnknown: given["accept-unknown"],
      busy: { mode: given.busy, waitMs: given["busy-wait-minutes"] * 60_000 },
      timeoutMinutes: given["timeout-minutes"],
      force: given.force,
      dryRun: given["dry-run"],
      preflight: given.preflight,
      wait: given.wait,
    },
    {
      note: context.run.url,
      bundles: (place) => bundleInS3(s3, place),
      hasObject: (bucket, key) => hasObject({ s3, bucket }, key),
      ...(attempt ? asTier(attempt) : {}),
    },
    context,
  );
  await report(outcome, environment, context.runner);
  if (attempt && outcome.outcome === "unchanged") await attempt.arrive("api");
}

/** The tier of a release that has none. */
function nothingToDeploy(releaseId: string, runner: Pick<Runner, "info" | "output">): void {
  runner.info(`release ${releaseId} has no API: nothing to deploy`);
  const outputs = {
    "version-label": "",
    "previous-version-label": "",
    outcome: "unchanged",
    changed: false,
    "environment-url": "",
    "request-id": "",
    duration: 0,
    restored: "",
  };
  for (const [name, value] of Object.entries(outputs)) runner.output(name, value);
}

/** What a release asks of its API tier: to move it only past the barrier. */
function asTier(attempt: Attempt): Pick<Deployer, "beforeChange"> {
  return { beforeChange: (before) => attempt.move("api", before) };
}

const withoutRelease = ["directory", "version-label", "bundle-key", "bucket"] as const;

function underRelease(
  given: Pick<
    DeployInputs,
    (typeof withoutRelease)[number] | "api-path" | "version-path" | "restore-on-failure" | "wait"
  >,
  attempt: Attempt,
): WantedVersion {
  const own = [
    ...withoutRelease.filter((name) => given[name] !== ""),
    ...(given["restore-on-failure"] ? ["restore-on-failure"] : []),
    ...(given.wait ? [] : ["wait: false"]),
  ];
  if (own.length > 0) {
    throw new ActionError("InvalidInputs", `inputs ${own.join(", ")} have no meaning under a release`, {
      hint: "leave them out: the release store has the bundle, and `release finish` puts back; or leave out `release`",
    });
  }
  const { id, api } = attempt.manifest;
  if (!api) throw new Error(`release "${id}" has no API`);
  return releaseVersion(attempt.bucket, { id, api }, versionSource(given));
}

type Reported = DeployOutcome & { readonly restoration?: Restoration };

async function report(
  outcome: Reported,
  environment: string,
  runner: Pick<Runner, "info" | "group" | "output" | "summary" | "warning">,
): Promise<void> {
  runner.output("version-label", outcome.version);
  runner.output("previous-version-label", outcome.previousVersion);
  runner.output("outcome", outcome.outcome);
  runner.output("changed", outcome.changed);
  runner.output("environment-url", outcome.url);
  runner.output("request-id", outcome.update.requestId);
  runner.output("duration", Math.round(outcome.update.seconds));
  runner.output("restored", outcome.restoration?.restored ?? "");
  if (outcome.logs) {
    await runner.group(`Logs of ${outcome.logs.instanceId}`, async () => {
      for (const line of logLines(outcome.logs)) runner.info(line);
    });
  }
  await runner.summary(summaryOf(outcome, environment));
  switch (outcome.outcome) {
    case "planned":
      return;
    case "started":
      runner.warning(outcome.why, "not looked at");
      return;
    case "unchanged":
    case "deployed": {
      const places = outcome.why === "" ? " on every instance" : "";
      runner.info(`${outcome.version} runs${places}, after ${outcome.update.seconds.toFixed(1)} s`);
      if (outcome.why !== "") runner.warning(outcome.why, "not looked at");
      return;
    }
    default:
      throw new ActionError(outcomeCodes[outcome.outcome], failureMessage(outcome, environment), {
        hint: remedy(outcome),
      });
  }
}
