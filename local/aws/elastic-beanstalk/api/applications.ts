import type { QueryRequest } from "../../query-protocol.ts";
import { members, type XmlContent } from "../../xml.ts";
import { errors } from "../errors.ts";
import type { Application } from "../model.ts";
import type { ApiContext, Operations } from "./context.ts";
import { Input } from "./input.ts";
import { describeLifecycle } from "./lifecycle.ts";

export function applicationOperations(context: ApiContext): Operations {
  const { store, names, now, events } = context.services;
  const arnOf = (name: string | undefined): string => names.applicationArn(name ?? "*");
  const named = (request: QueryRequest): string => arnOf(new Input(request).text("ApplicationName"));
  const target = (request: QueryRequest): string => new Input(request).text("ApplicationName") ?? "";
  return {
    CreateApplication: {
      resource: named,
      target,
      run: async (request) => {
        const input = new Input(request);
        const name = input.label("ApplicationName");
        if (store.application(name) !== undefined) throw errors.applicationExists(name);
        const application = newApplication(name, input.description() ?? "", now());
        store.state.applications[name] = application;
        context.setTags(arnOf(name), input.tags());
        store.save();
        events.add({
          severity: "INFO",
          message: `Created new Application: ${name}`,
          application: name,
          requestId: request.requestId,
        });
        return { Application: describeApplication(application, arnOf(name)) };
      },
    },
    DescribeApplications: {
      resource: null,
      run: async (request) => {
        const wanted = new Input(request).texts("ApplicationNames");
        const visible = Object.values(store.state.applications).filter(
          ({ name }) =>
            (wanted.length === 0 || wanted.includes(name)) &&
            request.access.allows("elasticbeanstalk:DescribeApplications", arnOf(name)),
        );
        return { Applications: members(visible.map((one) => describeApplication(one, arnOf(one.name)))) };
      },
    },
    UpdateApplication: {
      resource: named,
      target,
      run: async (request) => {
        const input = new Input(request);
        const application = context.application(input.required("ApplicationName"));
        application.description = input.description() ?? application.description;
        application.updatedAt = now().toISOString();
        store.save();
        return { Application: describeApplication(application, arnOf(application.name)) };
      },
    },
    DeleteApplication: {
      resource: named,
      target,
      run: async (request) => {
        const input = new Input(request);
        const { name } = context.application(input.required("ApplicationName"));
        if (store.liveEnvironments().some((environment) => environment.application === name)) {
          if (input.flag("TerminateEnvByForce")) throw errors.unsupported("TerminateEnvByForce");
          throw errors.applicationInUse(name);
        }
        delete store.state.applications[name];
        store.save();
        return undefined;
      },
    },
  };
}

export function newApplication(name: string, description: string, now: Date): Application {
  const at = now.toISOString();
  return { name, description, createdAt: at, updatedAt: at, versions: {} };
}

function describeApplication(application: Application, arn: string): XmlContent {
  return {
    ApplicationArn: arn,
    ApplicationName: application.name,
    Description: application.description === "" ? undefined : application.description,
    DateCreated: new Date(application.createdAt),
    DateUpdated: new Date(application.updatedAt),
    Versions: members(Object.keys(application.versions)),
    ConfigurationTemplates: members([]),
    ResourceLifecycleConfig: describeLifecycle(application.lifecycle),
  };
}
