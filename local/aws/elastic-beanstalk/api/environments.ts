import type { QueryRequest } from "../../query-protocol.ts";
import { members } from "../../xml.ts";
import { sampleLabel } from "../bundle/sample-application.ts";
import { create, rebuild, restart, terminate, update } from "../environment/operations.ts";
import type { RunningEnvironment } from "../environment/running-environment.ts";
import { errors } from "../errors.ts";
import type { Environment, OptionSetting, TierName } from "../model.ts";
import { newEnvironmentId } from "../names.ts";
import { changeSettings, type OptionSpecification, validateSettings } from "../option-settings.ts";
import { isTierName, isTierType, tierProblem } from "../tiers.ts";
import type { ApiContext, Operations } from "./context.ts";
import { describeEnvironment, describeStale, describeTerminated, isStale } from "./describe-environment.ts";
import { Input, page } from "./input.ts";
import { solutionStackOf } from "./platforms.ts";

export function environmentOperations(context: ApiContext): Operations {
  const { store, names, faults } = context.services;
  const resource = (request: QueryRequest): string => context.environmentArn(new Input(request));
  const target = (request: QueryRequest): string => {
    const input = new Input(request);
    return input.text("EnvironmentName") ?? input.text("EnvironmentId") ?? "";
  };
  return {
    CreateEnvironment: {
      resource,
      target,
      run: async (request) => {
        const environment = await createEnvironment(context, new Input(request));
        environment.begin("create", request.requestId);
        environment.run(create(environment));
        return describeEnvironment(environment);
      },
    },
    DescribeEnvironments: {
      resource: null,
      target: (request) => new Input(request).texts("EnvironmentNames").join(", "),
      run: async (request) => {
        const input = new Input(request);
        const found = findEnvironments(context, input).filter(({ application, name }) =>
          request.access.allows(
            "elasticbeanstalk:DescribeEnvironments",
            names.environmentArn(application, name),
          ),
        );
        const limit = input.integer("MaxRecords", 1, 1000) ?? 1000;
        const { entries, nextToken } = page(found, limit, input.text("NextToken"));
        const described = entries.map((record) => {
          const environment = context.running.get(record.id);
          if (environment === undefined) return describeTerminated(record, names);
          return isStale(environment, faults) ? describeStale(environment) : describeEnvironment(environment);
        });
        return { Environments: members(described), NextToken: nextToken };
      },
    },
    UpdateEnvironment: {
      resource,
      target,
      run: async (request) => startUpdate(context, new Input(request), request.requestId),
    },
    AbortEnvironmentUpdate: {
      resource,
      target,
      run: async (request) => {
        const environment = context.environment(new Input(request));
        const { record } = environment;
        if (!environment.abortable || record.operation === undefined)
          throw errors.nothingToAbort(record.name);
        environment.abortable = false;
        record.status = "Aborting";
        environment.save();
        environment.emit("INFO", "The environment update is being aborted.");
        environment.abort.abort(new Error("the update was aborted"));
        return undefined;
      },
    },
    RestartAppServer: {
      resource,
      target,
      run: async (request) => {
        const environment = context.environment(new Input(request));
        context.requireReady(environment);
        environment.begin("restart", request.requestId);
        environment.run(restart(environment));
        return undefined;
      },
    },
    RebuildEnvironment: {
      resource,
      target,
      run: async (request) => {
        const environment = context.environment(new Input(request));
        context.requireReady(environment);
        environment.begin("rebuild", request.requestId);
        environment.run(rebuild(environment));
        return undefined;
      },
    },
    TerminateEnvironment: {
      resource,
      target,
      run: async (request) => {
        const environment = context.environment(new Input(request));
        const { record } = environment;
        if (record.operation !== undefined) throw errors.pendingDeployment(record.name);
        environment.begin("terminate", request.requestId);
        environment.run(terminate(environment).finally(() => context.running.delete(record.id)));
        return describeEnvironment(environment);
      },
    },
    SwapEnvironmentCNAMEs: {
      resource: (request) => context.environmentArn(new Input(request), "Source"),
      run: async (request) => {
        const input = new Input(request);
        const [source, destination] = [
          context.environment(input, "Source"),
          context.environment(input, "Destination"),
        ];
        for (const environment of [source, destination]) {
          context.requireReady(environment);
          if (environment.record.tier !== undefined)
            throw errors.unsupported(`SwapEnvironmentCNAMEs of a ${environment.record.tier} environment`);
        }
        await Promise.all([source.closeAddress(), destination.closeAddress()]);
        const ports = [source.record.port, destination.record.port] as const;
        await Promise.all([source.moveTo(ports[1]), destination.moveTo(ports[0])]);
        store.save();
        const swapped = `Completed swapping CNAMEs for environments '${source.record.name}' and '${destination.record.name}'.`;
        for (const environment of [source, destination]) {
          environment.emit("INFO", swapped, request.requestId);
        }
        return undefined;
      },
    },
  };
}

async function createEnvironment(context: ApiContext, input: Input): Promise<RunningEnvironment> {
  const { store, names, now, options } = context.services;
  const application = context.application(input.required("ApplicationName")).name;
  const name = input.label("EnvironmentName", 4, 40);
  if (!/^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/.test(name)) {
    throw errors.invalid(
      `Value ${name} at 'EnvironmentName' failed to satisfy constraint: Member must contain only letters, digits, and the dash ` +
        "character and may not start or end with a dash",
    );
  }
  if (store.environmentNamed(name) !== undefined) throw errors.environmentExists(name);
  const label = input.text("VersionLabel");
  if (label !== undefined) requireUsable(context, application, label);
  requireSupported(input);
  const tier = tierOf(input);
  const settings = checkedSettings(input, [], tier) ?? [];
  const problem = tierProblem(tier, settings);
  if (problem !== undefined) throw errors.configuration(problem);
  if (tier === "Cluster" && label !== undefined)
    throw errors.unsupported("VersionLabel of a Cluster environment");
  const at = now().toISOString();
  const record: Environment = {
    id: newEnvironmentId(),
    name,
    application,
    createdAt: at,
    updatedAt: at,
    description: input.description() ?? "",
    ...(tier === "WebServer" ? {} : { tier }),
    solutionStack: solutionStackOf(input, context),
    status: "Launching",
    port: 0,
    versionLabel: label ?? sampleLabel,
    settings,
    deployed: undefined,
    lastDeploymentId: 1,
    instances: [],
    operation: undefined,
    logs: [],
    terminatedAt: undefined,
  };
  // In the table before the first pause, so that a second request for the same name meets it there.
  store.state.environments[record.id] = record;
  try {
    record.port = await options.ports.allocate(`eb-${record.id}`);
    const environment = await context.open(record);
    context.setTags(names.environmentArn(application, name), input.tags());
    return environment;
  } catch (error) {
    delete store.state.environments[record.id];
    throw error;
  }
}

function startUpdate(
  context: ApiContext,
  input: Input,
  requestId: string,
): ReturnType<typeof describeEnvironment> {
  const { faults } = context.services;
  const environment = context.environment(input);
  const { record } = environment;
  const application = input.text("ApplicationName");
  if (application !== undefined && application !== record.application) {
    throw errors.noEnvironment("EnvironmentName", record.name);
  }
  context.requireReady(environment);
  if (faults.strike("must-be-ready", record.name) !== undefined) throw errors.mustBeReady(record.name);
  requireSupported(input);
  const versionLabel = input.text("VersionLabel");
  if (versionLabel !== undefined) {
    if (faults.strike("version-not-yet-visible", record.name) !== undefined)
      throw errors.noVersion(versionLabel);
    requireUsable(context, record.application, versionLabel);
  }
  if (record.tier === "Cluster" && versionLabel !== undefined)
    throw errors.unsupported("VersionLabel of a Cluster environment");
  const settings = checkedSettings(input, record.settings, record.tier ?? "WebServer");
  record.solutionStack = solutionStackOf(input, context);
  record.description = input.description() ?? record.description;
  if (versionLabel !== undefined) {
    record.versionLabel = versionLabel;
    record.lastDeploymentId += 1;
  }
  if (settings !== undefined) record.settings = settings;
  environment.begin("update", requestId);
  environment.run(update(environment, { versionLabel, settings }));
  return describeEnvironment(environment);
}

/** The API's settings after the request; undefined when it changes none. */
function checkedSettings(
  input: Input,
  current: readonly OptionSetting[],
  tier: TierName,
): OptionSetting[] | undefined {
  const set = input.optionSettings();
  const remove: OptionSpecification[] = input.optionSpecifications("OptionsToRemove");
  if (set.length === 0 && remove.length === 0) return undefined;
  const [problem] = validateSettings(set);
  if (problem !== undefined) throw errors.configuration(problem.message);
  const changed = changeSettings(current, set, remove);
  const unfit = tierProblem(tier, changed);
  if (unfit !== undefined) throw errors.configuration(unfit);
  return changed;
}

function tierOf(input: Input): TierName {
  const tier = input.structure("Tier");
  const name = tier?.text("Name") ?? "WebServer";
  const type = tier?.text("Type");
  if (!isTierName(name) || !isTierType(name, type))
    throw errors.invalid(`Tier with name '${name}' and type '${type ?? ""}' is not supported.`);
  return name;
}

function requireUsable(context: ApiContext, application: string, label: string): void {
  const version = context.application(application).versions[label];
  if (version === undefined) throw errors.noVersion(label);
  if (version.status === "FAILED") throw errors.versionUnusable(label);
  if (version.status === "PROCESSING") throw errors.versionProcessing(label);
}

function requireSupported(input: Input): void {
  for (const name of ["TemplateName", "GroupName", "OperationsRole"]) {
    if (input.text(name) !== undefined) throw errors.unsupported(name);
  }
}

function findEnvironments({ services }: ApiContext, input: Input): Environment[] {
  const application = input.text("ApplicationName");
  const label = input.text("VersionLabel");
  const ids = input.texts("EnvironmentIds");
  const environments = input.texts("EnvironmentNames");
  const since = input.date("IncludedDeletedBackTo")?.toISOString() ?? "";
  const deleted = input.flag("IncludeDeleted");
  return Object.values(services.store.state.environments)
    .filter((one) => application === undefined || one.application === application)
    .filter((one) => label === undefined || one.versionLabel === label)
    .filter((one) => ids.length === 0 || ids.includes(one.id))
    .filter((one) => environments.length === 0 || environments.includes(one.name))
    .filter((one) => one.status !== "Terminated" || (deleted && (one.terminatedAt ?? "") >= since));
}
