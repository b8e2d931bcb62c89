import type { QueryRequest } from "../../query-protocol.ts";
import { members, type XmlContent } from "../../xml.ts";
import type { RunningEnvironment } from "../environment/running-environment.ts";
import { errors } from "../errors.ts";
import { effectiveOptions, type Options, validateSettings } from "../option-settings.ts";
import type { ApiContext, Operations } from "./context.ts";
import { Input } from "./input.ts";
import { platformPath } from "./platforms.ts";

export function configurationOperations(context: ApiContext): Operations {
  const { names } = context.services;
  return {
    DescribeConfigurationSettings: {
      resource: (request) => context.environmentArn(new Input(request)),
      target: (request) => new Input(request).text("EnvironmentName") ?? "",
      run: async (request) => {
        const input = new Input(request);
        if (input.text("TemplateName") !== undefined) throw errors.unsupported("TemplateName");
        context.application(input.required("ApplicationName"));
        const environment = context.environment(input);
        return {
          ConfigurationSettings: members(describeSettings(environment, names.platformArn(platformPath))),
        };
      },
    },
    ValidateConfigurationSettings: {
      resource: (request: QueryRequest) => context.environmentArn(new Input(request)),
      run: async (request) => {
        const input = new Input(request);
        context.application(input.required("ApplicationName"));
        const problems = validateSettings(input.optionSettings());
        return {
          Messages: members(
            problems.map(({ namespace, name, message }) => ({
              Message: message,
              Severity: "error",
              Namespace: namespace,
              OptionName: name,
            })),
          ),
        };
      },
    },
  };
}

/** What is deployed and, while an update of settings is under way, what is pending. */
function describeSettings(environment: RunningEnvironment, platformArn: string): XmlContent[] {
  const { record } = environment;
  const describe = (status: "deployed" | "pending", options: Options): XmlContent => ({
    SolutionStackName: record.solutionStack,
    PlatformArn: platformArn,
    ApplicationName: record.application,
    Description: record.description === "" ? undefined : record.description,
    EnvironmentName: record.name,
    DeploymentStatus: status,
    DateCreated: new Date(record.createdAt),
    DateUpdated: new Date(record.updatedAt),
    OptionSettings: members(
      options
        .list()
        .map(({ namespace, name, value }) => ({ Namespace: namespace, OptionName: name, Value: value })),
    ),
  });
  const { deployed } = record;
  if (deployed === undefined) return [describe("pending", environment.options)];
  const current = describe("deployed", effectiveOptions(deployed.settings, deployed.extensions));
  const changing = record.settings !== deployed.settings && record.operation !== undefined;
  return changing
    ? [describe("pending", effectiveOptions(record.settings, deployed.extensions)), current]
    : [current];
}
