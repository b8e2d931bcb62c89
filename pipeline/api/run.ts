import { resolve } from "node:path";
import { awsInputs, connectionTo } from "../aws/connection.ts";
import { elasticBeanstalkClient } from "../aws/elastic-beanstalk.ts";
import { s3Client } from "../aws/s3.ts";
import { apiPath } from "../bundle/release-location.ts";
import type { ActionContext } from "../kit/action.ts";
import { ActionError } from "../kit/errors.ts";
import { boolean, type Inputs, integer, oneOf, optionalText } from "../kit/inputs.ts";
import { requireTexts } from "../kit/required-texts.ts";
import { type Attempt, openAttempt } from "../releases/store/attempt.ts";
import { hasObject } from "../releases/store/objects.ts";
import { bundleInMemory, bundleInS3, type OpenBundle } from "./bundle/stored-bundle.ts";
import { type Deployer, type DeployRules, deployVersion } from "./deploy-version.ts";
import { makeRoom, onItsOwn } from "./on-its-own.ts";
import { readOptionsFile } from "./options/options-file.ts";
import type { Reported } from "./report.ts";
import { nothingToDeploy, reportOutcome } from "./report-outcome.ts";
import { deployOrRestore } from "./restore.ts";
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
  bundle: optionalText,
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
  "option-settings": optionalText,
  "keep-versions": integer(0, 900),
  "github-token": optionalText,
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
  const eb = elasticBeanstalkClient(connectionTo("ELASTIC_BEANSTALK", given, context));
  const { workspace } = context.run;
  const file = given["option-settings"];
  const options = file === "" ? [] : await readOptionsFile(resolve(workspace, file));
  const { version, content } = attempt
    ? { version: underRelease(given, attempt) }
    : await standaloneVersion(given, s3, workspace);
  const deploy = given["restore-on-failure"] ? deployOrRestore : deployVersion;
  const open: OpenBundle = (place) =>
    content && place.key === version.source?.key ? bundleInMemory(content) : bundleInS3(s3, place);
  const outcome: Reported = await deploy(
    { eb, application, environment },
    { ...version, options },
    rulesOf(given),
    {
      bundles: open,
      hasObject: (bucket, key) => hasObject({ s3, bucket }, key),
      ...(attempt ? asTier(attempt, context) : onItsOwn(given, { eb, version }, context)),
    },
    context,
  );
  await reportOutcome(outcome, environment, context.runner);
  if (attempt && outcome.outcome === "unchanged") await attempt.arrive("api");
  if (outcome.outcome === "deployed" && !attempt) {
    await makeRoom(given, { eb, version, before: outcome.previousVersion }, context);
  }
}

function rulesOf(given: DeployInputs): DeployRules {
  return {
    accepted: given.health,
    acceptUnknown: given["accept-unknown"],
    busy: { mode: given.busy, waitMs: given["busy-wait-minutes"] * 60_000 },
    timeoutMinutes: given["timeout-minutes"],
    force: given.force,
    dryRun: given["dry-run"],
    preflight: given.preflight,
    wait: given.wait,
  };
}

/** What a release asks of its API tier: to move it only past the barrier. */
function asTier(attempt: Attempt, { run }: ActionContext): Pick<Deployer, "beforeChange" | "note"> {
  return { note: run.url, beforeChange: (before) => attempt.move("api", before) };
}

const withoutRelease = ["bundle", "directory", "version-label", "bundle-key", "bucket"] as const;

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
