import type { QueryRequest } from "../../query-protocol.ts";
import { members, type XmlContent } from "../../xml.ts";
import { openBundle } from "../bundle/source-bundle.ts";
import { errors } from "../errors.ts";
import type { Application, Version } from "../model.ts";
import { newApplication } from "./applications.ts";
import type { ApiContext, Operations } from "./context.ts";
import { Input, page } from "./input.ts";
import { applyLifecycle } from "./lifecycle.ts";

/** https://docs.aws.amazon.com/general/latest/gr/elasticbeanstalk.html, where the account asked for no more. */
export const versionQuota = 1000;
/** Long enough for a client to see PROCESSING. */
const processingMs = 150;

export function versionOperations(context: ApiContext): Operations {
  const { store, names, now, options } = context.services;
  const resource = (request: QueryRequest): string => {
    const input = new Input(request);
    return names.versionArn(input.text("ApplicationName") ?? "*", input.text("VersionLabel") ?? "*");
  };
  const target = (request: QueryRequest): string => new Input(request).text("VersionLabel") ?? "";
  const find = (input: Input): { application: Application; version: Version } => {
    const application = context.application(input.required("ApplicationName"));
    const label = input.required("VersionLabel");
    const version = application.versions[label];
    if (version === undefined) throw errors.noVersion(label);
    return { application, version };
  };
  const describe = (application: string, version: Version): XmlContent =>
    describeVersion(application, version, names.versionArn(application, version.label));
  return {
    CreateApplicationVersion: {
      resource,
      target,
      run: async (request) => {
        const input = new Input(request);
        const name = input.label("ApplicationName");
        const label = input.label("VersionLabel");
        const existing = store.application(name);
        if (existing === undefined && !input.flag("AutoCreateApplication")) throw errors.noApplication(name);
        if (existing?.versions[label] !== undefined) throw errors.versionExists(label);
        const all = Object.values(store.state.applications).flatMap(({ versions }) => Object.keys(versions));
        const most = options.versionQuota ?? versionQuota;
        if (all.length >= most) throw errors.tooManyVersions(most);
        for (const unsupported of ["SourceBuildInformation", "BuildConfiguration", "ImageConfiguration"]) {
          if (input.structure(unsupported) !== undefined) throw errors.unsupported(unsupported);
        }
        const bundle = input.structure("SourceBundle");
        if (bundle === undefined) throw errors.missing("SourceBundle");
        const [bucket, key] = [bundle.required("S3Bucket"), bundle.required("S3Key")];
        const source = await options.s3.readObject(bucket, key).catch((error: Error) => {
          throw errors.bundleUnreadable(bucket, key, error.message);
        });
        // Another request may have been quicker while the bundle was looked up.
        if (store.application(name)?.versions[label] !== undefined) throw errors.versionExists(label);
        store.state.applications[name] ??= newApplication(name, "", now());
        const at = now().toISOString();
        const process = input.flag("Process");
        const version: Version = {
          label,
          description: input.description() ?? "",
          bucket,
          key,
          status: process ? "PROCESSING" : "UNPROCESSED",
          createdAt: at,
          updatedAt: at,
        };
        const application = store.state.applications[name] as Application;
        application.versions[label] = version;
        context.setTags(names.versionArn(name, label), input.tags());
        store.save();
        await applyLifecycle(context, application, version);
        if (process) void processVersion(context, name, version, source, request.requestId);
        return { ApplicationVersion: describe(name, version) };
      },
    },
    DescribeApplicationVersions: {
      resource: null,
      run: async (request) => {
        const input = new Input(request);
        const wanted = input.text("ApplicationName");
        const labels = input.texts("VersionLabels");
        const found = Object.values(store.state.applications)
          .filter(({ name }) => wanted === undefined || name === wanted)
          .flatMap(({ name, versions }) => Object.values(versions).map((version) => ({ name, version })))
          .filter(({ version }) => labels.length === 0 || labels.includes(version.label))
          .filter(({ name, version }) =>
            request.access.allows(
              "elasticbeanstalk:DescribeApplicationVersions",
              names.versionArn(name, version.label),
            ),
          )
          .sort((left, right) => (left.version.createdAt < right.version.createdAt ? 1 : -1));
        const limit = input.integer("MaxRecords", 1, 1000) ?? 1000;
        const { entries, nextToken } = page(found, limit, input.text("NextToken"));
        return {
          ApplicationVersions: members(entries.map(({ name, version }) => describe(name, version))),
          NextToken: nextToken,
        };
      },
    },
    UpdateApplicationVersion: {
      resource,
      target,
      run: async (request) => {
        const input = new Input(request);
        const { application, version } = find(input);
        version.description = input.description() ?? version.description;
        version.updatedAt = now().toISOString();
        store.save();
        return { ApplicationVersion: describe(application.name, version) };
      },
    },
    DeleteApplicationVersion: {
      resource,
      target,
      run: async (request) => {
        const input = new Input(request);
        const { application, version } = find(input);
        if (version.status === "PROCESSING") throw errors.versionBusy(version.label);
        const users = store.liveEnvironments().filter((one) => one.application === application.name);
        if (users.some((one) => [one.versionLabel, one.deployed?.versionLabel].includes(version.label))) {
          throw errors.versionInUse(version.label);
        }
        if (input.flag("DeleteSourceBundle")) await options.s3.deleteObject?.(version.bucket, version.key);
        delete application.versions[version.label];
        delete store.state.tags[names.versionArn(application.name, version.label)];
        store.save();
        return undefined;
      },
    },
  };
}

/** `Process=true`: EB validates the bundle's configuration files before the version may be used. */
async function processVersion(
  context: ApiContext,
  application: string,
  version: Version,
  source: Buffer | string,
  requestId: string,
): Promise<void> {
  const { services } = context;
  const failures: string[] = [];
  if (services.faults.strike("version-processing-failed", "") !== undefined) {
    failures.push("fault version-processing-failed");
  }
  try {
    const { extensions } = await openBundle(source);
    failures.push(...extensions.invalid.map(({ file, reason }) => `${file}: ${reason}`));
  } catch (error) {
    failures.push((error as Error).message);
  }
  await new Promise((resolve) => setTimeout(resolve, processingMs));
  version.status = failures.length === 0 ? "PROCESSED" : "FAILED";
  version.updatedAt = services.now().toISOString();
  services.store.save();
  services.events.add({
    severity: failures.length === 0 ? "INFO" : "ERROR",
    message:
      failures.length === 0
        ? `Finished processing application version ${version.label}`
        : `Failed to process application version ${version.label}: ${failures.join("; ")}`,
    application,
    versionLabel: version.label,
    requestId,
  });
}

function describeVersion(application: string, version: Version, arn: string): XmlContent {
  return {
    ApplicationVersionArn: arn,
    ApplicationName: application,
    VersionLabel: version.label,
    Description: version.description === "" ? undefined : version.description,
    SourceBundle: { S3Bucket: version.bucket, S3Key: version.key },
    DateCreated: new Date(version.createdAt),
    DateUpdated: new Date(version.updatedAt),
    Status: version.status,
  };
}
