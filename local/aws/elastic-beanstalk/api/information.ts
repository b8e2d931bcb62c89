import type { QueryRequest } from "../../query-protocol.ts";
import { members } from "../../xml.ts";
import { errors } from "../errors.ts";
import type { ApiContext, Operations } from "./context.ts";
import { Input } from "./input.ts";

export function informationOperations(context: ApiContext): Operations {
  const { logs } = context.services;
  const resource = (request: QueryRequest): string => context.environmentArn(new Input(request));
  const target = (request: QueryRequest): string => new Input(request).text("EnvironmentName") ?? "";
  const typeOf = (input: Input): "tail" | "bundle" => {
    input.required("InfoType");
    const type = input.oneOf("InfoType", ["tail", "bundle", "analyze"]);
    if (type === "analyze" || type === undefined) throw errors.unsupported("InfoType analyze");
    return type;
  };
  return {
    RequestEnvironmentInfo: {
      resource,
      target,
      run: async (request) => {
        const input = new Input(request);
        const environment = context.environment(input);
        const { record } = environment;
        const type = typeOf(input);
        environment.emit("INFO", "requestEnvironmentInfo is starting.", request.requestId);
        environment.run(
          (async () => {
            const taken = await Promise.all(
              environment.instances.map(({ id, folders }) =>
                logs.take(type, { id, logDirectory: folders.log }, false),
              ),
            );
            logs.expire(record);
            logs.remove(record, (sample) => sample.type === type && !sample.departed);
            record.logs.push(...taken);
            environment.save();
            const what = type === "tail" ? "tailing" : "bundling";
            for (const { instanceId } of taken) {
              const message = `[Instance: ${instanceId}] Successfully finished ${what} logs`;
              environment.emit("INFO", message, request.requestId);
            }
            environment.emit("INFO", "Pulled logs for environment instances.", request.requestId);
          })(),
        );
        return undefined;
      },
    },
    RetrieveEnvironmentInfo: {
      resource,
      target,
      run: async (request) => {
        const input = new Input(request);
        const { record } = context.environment(input);
        const type = typeOf(input);
        logs.expire(record);
        const samples = record.logs.filter((sample) => sample.type === type);
        return {
          EnvironmentInfo: members(
            samples.map((sample) => ({
              InfoType: type,
              Ec2InstanceId: sample.instanceId,
              SampleTimestamp: new Date(sample.at),
              Message: logs.url(sample),
            })),
          ),
        };
      },
    },
  };
}
