import type { ApiBefore } from "../../api/deploy-version.ts";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError, explain } from "../../kit/errors.ts";
import { requireInputs } from "../environment/required-inputs.ts";
import type { ApiTarget } from "../environment/targets.ts";
import type { JsonValue } from "../store/entries.ts";
import type { Environment } from "../store/environment.ts";
import { hasObject } from "../store/objects.ts";
import type { MovableTier } from "./tier.ts";

/** The API. Putting it throws `NotLive` with Elastic Beanstalk's outcome when it does not come up. */
export function apiTier(api: ApiTarget, { name, store }: Environment, context: ActionContext): MovableTier {
  const { run, clock } = context;
  const givenTarget = (): Pick<ApiTarget, "application" | "environment"> => {
    const given = {
      environment: name,
      "eb-application": api.application,
      "eb-environment": api.environment,
    };
    requireInputs(given, ["eb-application", "eb-environment"], "to put a release's API in place");
    return { application: api.application, environment: api.environment };
  };
  return {
    put: async ({ id, api: part }, from, beforeChange) => {
      if (!part) throw new Error(`release "${id}" has no API to put in place`);
      const [{ deployVersion, putBackRules }, { releaseVersion }, { bundleInS3 }] = await Promise.all([
        import("../../api/deploy-version.ts"),
        import("../../api/versions/wanted-version.ts"),
        import("../../api/bundle/stored-bundle.ts"),
      ]);
      const result = await deployVersion(
        { ...(recordedTarget(from) ?? givenTarget()), eb: await api.connect() },
        { ...releaseVersion(store.bucket, { id, api: part }, api.answersAt), options: recordedOptions(from) },
        putBackRules,
        {
          note: run.url,
          bundles: (place) => bundleInS3(store.s3, place),
          hasObject: (bucket, key) => hasObject({ s3: store.s3, bucket }, key),
          ...(beforeChange ? { beforeChange: (now) => beforeChange({ ...now }) } : {}),
        },
        context,
      );
      if (result.outcome === "unchanged") return `the API is version ${part.version} already`;
      if (result.outcome === "deployed") {
        return `the API is version ${part.version}, in ${result.update.seconds.toFixed(1)} s`;
      }
      throw new ActionError(
        "NotLive",
        `the API did not become version "${part.version}": ${result.outcome}`,
        {
          hint: "look at the environment's events and at the lines of its log above",
          details: { why: result.why, now: result.now },
        },
      );
    },
    preflight: async ({ id, api: part }) => {
      if (!part) return;
      const [{ preflightRollback }, { releaseVersion }, { bundleInS3 }] = await Promise.all([
        import("../../api/preflight-rollback.ts"),
        import("../../api/versions/wanted-version.ts"),
        import("../../api/bundle/stored-bundle.ts"),
      ]);
      const target = { ...givenTarget(), eb: await api.connect() };
      const version = releaseVersion(store.bucket, { id, api: part }, api.answersAt);
      await preflightRollback(target, version, (place) => bundleInS3(store.s3, place), clock).catch(
        (error: unknown) => {
          context.signal.throwIfAborted();
          if (error instanceof ActionError && error.code === "BundleUnfit") throw error;
          context.runner.info(
            `whether Elastic Beanstalk would take the version back was not seen: ${explain(error)}`,
          );
        },
      );
    },
    mayStillBecome: async ({ apiVersion, moved }) => {
      const target = recordedTarget(moved.find(({ tier }) => tier === "api")?.from ?? null);
      if (!target) return false;
      const [eb, { Beanstalk }] = await Promise.all([
        api.connect(),
        import("../../api/environment/beanstalk.ts"),
      ]);
      const found = await new Beanstalk(eb, target.application, target.environment, clock).readEnvironment();
      return found === undefined || found.status !== "Ready" || found.versionLabel === apiVersion;
    },
  };
}

/** Which environment of Elastic Beanstalk an attempt moved; undefined where its record does not say. */
function recordedTarget(from: JsonValue): Pick<ApiBefore, "application" | "environment"> | undefined {
  const { application, environment } = (from ?? {}) as Partial<ApiBefore>;
  return application && environment ? { application, environment } : undefined;
}

/** The options that an attempt changed, as they were before it. */
function recordedOptions(from: JsonValue): NonNullable<ApiBefore["options"]> {
  return ((from ?? {}) as Partial<ApiBefore>).options ?? [];
}
