import { members } from "../../xml.ts";
import { type EventRecord, severities } from "../events.ts";
import type { ApiContext, Operations } from "./context.ts";
import { decodeToken, encodeToken, Input } from "./input.ts";

export function eventOperations(context: ApiContext): Operations {
  const { events, names } = context.services;
  const arnOf = ({ application, environment, versionLabel }: EventRecord): string => {
    if (environment !== undefined) return names.environmentArn(application ?? "*", environment);
    return versionLabel === undefined
      ? names.applicationArn(application ?? "*")
      : names.versionArn(application ?? "*", versionLabel);
  };
  return {
    DescribeEvents: {
      resource: null,
      target: (request) => new Input(request).text("EnvironmentName") ?? "",
      run: async (request) => {
        const input = new Input(request);
        const token = input.text("NextToken");
        const limit = input.integer("MaxRecords", 1, 1000) ?? 1000;
        const { events: found, more } = events.find(
          {
            application: input.text("ApplicationName"),
            environment: input.text("EnvironmentName"),
            environmentId: input.text("EnvironmentId"),
            versionLabel: input.text("VersionLabel"),
            requestId: input.text("RequestId"),
            severity: input.oneOf("Severity", severities),
            from: input.date("StartTime"),
            to: input.date("EndTime"),
            below: token === undefined ? undefined : decodeToken(token),
          },
          limit,
        );
        const last = found.at(-1);
        return {
          Events: members(
            found
              .filter((event) => request.access.allows("elasticbeanstalk:DescribeEvents", arnOf(event)))
              .map((event) => ({
                EventDate: new Date(event.at),
                Message: event.message,
                ApplicationName: event.application,
                VersionLabel: event.versionLabel,
                EnvironmentName: event.environment,
                RequestId: event.requestId,
                Severity: event.severity,
              })),
          ),
          NextToken: more && last !== undefined ? encodeToken(last.sequence) : undefined,
        };
      },
    },
  };
}
