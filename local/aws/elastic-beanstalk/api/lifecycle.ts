import type { QueryRequest } from "../../query-protocol.ts";
import type { XmlContent } from "../../xml.ts";
import { errors } from "../errors.ts";
import type { Application, Lifecycle, LifecycleRule, Version } from "../model.ts";
import type { ApiContext, Operations } from "./context.ts";
import { Input } from "./input.ts";

/** At most so many versions go at once, and none that ran in an environment terminated less than ten weeks ago. */
const deletedAtOnce = 100;
const rememberedMs = 10 * 7 * 86_400_000;

export function lifecycleOperations(context: ApiContext): Operations {
  const { store, names } = context.services;
  return {
    UpdateApplicationResourceLifecycle: {
      resource: (request: QueryRequest) =>
        names.applicationArn(new Input(request).text("ApplicationName") ?? "*"),
      target: (request) => new Input(request).text("ApplicationName") ?? "",
      run: async (request) => {
        const input = new Input(request);
        const application = context.application(input.required("ApplicationName"));
        const config = input.structure("ResourceLifecycleConfig");
        if (config === undefined) throw errors.missing("ResourceLifecycleConfig");
        application.lifecycle = readLifecycle(config, application.lifecycle);
        store.save();
        return {
          ApplicationName: application.name,
          ResourceLifecycleConfig: describeLifecycle(application.lifecycle),
        };
      },
    },
  };
}

function readLifecycle(config: Input, before: Lifecycle | undefined): Lifecycle {
  const serviceRole = config.text("ServiceRole") ?? before?.serviceRole;
  const rules = config.structure("VersionLifecycleConfig");
  if (rules !== undefined && serviceRole === undefined) throw errors.missing("ServiceRole");
  const rule = (name: string, limit: string): LifecycleRule | undefined => {
    const given = rules?.structure(name);
    if (given === undefined) return undefined;
    return {
      enabled: given.flag("Enabled"),
      limit: given.integer(limit, 1, 1_000_000) ?? 0,
      deleteSource: given.flag("DeleteSourceFromS3"),
    };
  };
  return {
    serviceRole,
    maxCount: rule("MaxCountRule", "MaxCount") ?? before?.maxCount,
    maxAgeInDays: rule("MaxAgeRule", "MaxAgeInDays") ?? before?.maxAgeInDays,
  };
}

export function describeLifecycle(lifecycle: Lifecycle | undefined): XmlContent {
  const { maxCount, maxAgeInDays } = lifecycle ?? {};
  return {
    ServiceRole: lifecycle?.serviceRole,
    VersionLifecycleConfig: {
      MaxCountRule: {
        Enabled: maxCount?.enabled ?? false,
        MaxCount: maxCount?.limit ?? 200,
        DeleteSourceFromS3: maxCount?.deleteSource ?? false,
      },
      MaxAgeRule: {
        Enabled: maxAgeInDays?.enabled ?? false,
        MaxAgeInDays: maxAgeInDays?.limit ?? 180,
        DeleteSourceFromS3: maxAgeInDays?.deleteSource ?? false,
      },
    },
  };
}

/**
 * Deletes what the application's lifecycle leaves no room for, after a version was created, which itself does not count.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/applications-lifecycle.html
 */
export async function applyLifecycle(
  context: ApiContext,
  application: Application,
  created: Version,
): Promise<void> {
  const { store, names, now, options } = context.services;
  const { maxCount, maxAgeInDays } = application.lifecycle ?? {};
  const others = Object.values(application.versions)
    .filter((version) => version !== created)
    .sort((left, right) => (left.createdAt < right.createdAt ? -1 : 1));
  const oldest = new Date(now().getTime() - (maxAgeInDays?.limit ?? 0) * 86_400_000).toISOString();
  const tooMany =
    maxCount?.enabled === true ? others.slice(0, Math.max(0, others.length - maxCount.limit)) : [];
  const tooOld = maxAgeInDays?.enabled === true ? others.filter(({ createdAt }) => createdAt < oldest) : [];
  const kept = labelsInUse(context, application.name);
  const condemned = others
    .filter((version) => (tooMany.includes(version) || tooOld.includes(version)) && !kept.has(version.label))
    .slice(0, deletedAtOnce);
  for (const version of condemned) {
    const rule = tooMany.includes(version) ? maxCount : maxAgeInDays;
    if (rule?.deleteSource === true) await options.s3.deleteObject?.(version.bucket, version.key);
    delete application.versions[version.label];
    delete store.state.tags[names.versionArn(application.name, version.label)];
  }
  if (condemned.length > 0) store.save();
}

function labelsInUse({ services: { store, now } }: ApiContext, application: string): Set<string | undefined> {
  const since = new Date(now().getTime() - rememberedMs).toISOString();
  return new Set(
    Object.values(store.state.environments)
      .filter((one) => one.application === application)
      .filter(({ status, terminatedAt }) => status !== "Terminated" || (terminatedAt ?? "") > since)
      .flatMap(({ versionLabel, deployed }) => [versionLabel, deployed?.versionLabel]),
  );
}
