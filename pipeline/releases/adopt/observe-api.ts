import {
  type ApplicationVersionLifecycleConfig,
  DescribeApplicationsCommand,
  type ElasticBeanstalkClient,
} from "@aws-sdk/client-elastic-beanstalk";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { Beanstalk } from "../../api/environment/beanstalk.ts";
import { call } from "../../api/environment/call.ts";
import { ApplicationVersions } from "../../api/versions/application-versions.ts";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError, explain } from "../../kit/errors.ts";
import type { ApiTarget } from "../environment/targets.ts";
import { nameOf, statusOf } from "../store/store-errors.ts";
import { readExpiryRules } from "./expiry-rules.ts";
import type { FoundApi, VersionRule } from "./found.ts";

/** Reads what the environment runs and what that was made of. Throws `EnvironmentNotFound` where it is not there. */
export async function observeApi(
  target: Pick<ApiTarget, "application" | "environment" | "connect">,
  s3: S3Client,
  { clock, signal }: Pick<ActionContext, "clock" | "signal">,
): Promise<FoundApi> {
  const { application, environment } = target;
  const eb = await target.connect();
  const beanstalk = new Beanstalk(eb, application, environment, clock);
  const reading = await beanstalk.readEnvironment();
  if (!reading) {
    throw new ActionError(
      "EnvironmentNotFound",
      `application "${application}" has no environment "${environment}" in this region`,
      { hint: "check the variables EB_APPLICATION, EB_ENVIRONMENT and AWS_REGION" },
    );
  }
  const { versionLabel: label, status, health, platform } = reading;
  const [version, rules, settings] = await Promise.all([
    label === "" ? undefined : new ApplicationVersions(eb, application, clock).read(label),
    readRules(eb, application, { clock, signal }),
    beanstalk.readSettings().then(settingWords),
  ]);
  const { bucket, key } = version ?? { bucket: "", key: "" };
  const [read, expiry] =
    key === ""
      ? [{ problem: "is not known to Elastic Beanstalk" }, []]
      : await Promise.all([
          readBundle(s3, bucket, key, signal),
          readExpiryRules(s3, { bucket, key }, signal),
        ]);
  return { label, status, health, platform, bundle: { bucket, key, read, expiry }, rules, settings };
}

/** One byte is asked for: who may read that may copy the whole. */
async function readBundle(
  s3: S3Client,
  bucket: string,
  key: string,
  abortSignal: AbortSignal,
): Promise<FoundApi["bundle"]["read"]> {
  try {
    const command = new GetObjectCommand({ Bucket: bucket, Key: key, Range: "bytes=0-0" });
    const answer = await s3.send(command, { abortSignal });
    await answer.Body?.transformToByteArray();
    const bytes = Number(/\/(\d+)$/.exec(answer.ContentRange ?? "")?.[1] ?? 0);
    return { bytes, modified: answer.LastModified ?? new Date(0) };
  } catch (error) {
    abortSignal.throwIfAborted();
    if (["NoSuchKey", "NoSuchBucket"].includes(nameOf(error))) return { problem: "is gone" };
    // To a role that may not list the bucket S3 says of what is not there, too, that it is forbidden.
    if (statusOf(error) === 403) return { problem: "is gone, or the role may not read it" };
    throw error;
  }
}

async function readRules(
  eb: ElasticBeanstalkClient,
  application: string,
  { clock, signal }: Pick<ActionContext, "clock" | "signal">,
): Promise<FoundApi["rules"]> {
  try {
    const command = new DescribeApplicationsCommand({ ApplicationNames: [application] });
    const { Applications = [] } = await call("DescribeApplications", clock, () =>
      eb.send(command, { abortSignal: signal }),
    );
    return rulesOf(Applications[0]?.ResourceLifecycleConfig?.VersionLifecycleConfig ?? {});
  } catch (error) {
    signal.throwIfAborted();
    return { unseen: explain(error) };
  }
}

function rulesOf({ MaxCountRule, MaxAgeRule }: ApplicationVersionLifecycleConfig): readonly VersionRule[] {
  const rules = [
    { rule: MaxCountRule, words: `keeps ${MaxCountRule?.MaxCount} versions` },
    { rule: MaxAgeRule, words: `keeps versions for ${MaxAgeRule?.MaxAgeInDays} days` },
  ];
  return rules
    .filter(({ rule }) => rule?.Enabled)
    .map(({ rule, words }) => ({ words, deletesSource: rule?.DeleteSourceFromS3 ?? false }));
}

/** What people look at before they change how deploys go; of the app's own variables the names alone. */
function settingWords(settings: ReadonlyMap<string, string>): readonly string[] {
  const of = (option: string): string => settings.get(option) ?? "";
  const variables = "aws:elasticbeanstalk:application:environment ";
  const names = [...settings.keys()]
    .filter((option) => option.startsWith(variables))
    .map((option) => option.slice(variables.length));
  return [
    `deployment policy ${of("aws:elasticbeanstalk:command DeploymentPolicy") || "AllAtOnce"}`,
    `health ${of("aws:elasticbeanstalk:healthreporting:system SystemType") || "basic"}, path ${of("aws:elasticbeanstalk:application Application Healthcheck URL") || "none"}`,
    `variables of the app: ${names.sort().join(", ") || "none"}`,
  ];
}
