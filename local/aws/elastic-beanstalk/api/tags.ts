import { members } from "../../xml.ts";
import { errors } from "../errors.ts";
import type { ApiContext, Operations } from "./context.ts";
import { Input } from "./input.ts";

export function tagOperations(context: ApiContext): Operations {
  const { store, names } = context.services;
  const exists = (arn: string): boolean => {
    const { applications } = store.state;
    return [
      ...Object.keys(applications).map((name) => names.applicationArn(name)),
      ...Object.values(applications).flatMap(({ name, versions }) =>
        Object.keys(versions).map((label) => names.versionArn(name, label)),
      ),
      ...store.liveEnvironments().map(({ application, name }) => names.environmentArn(application, name)),
    ].includes(arn);
  };
  const resourceOf = (input: Input): string => {
    const arn = input.required("ResourceArn");
    if (!exists(arn)) throw errors.noResource(arn);
    return arn;
  };
  return {
    ListTagsForResource: {
      resource: (request) => new Input(request).text("ResourceArn") ?? "*",
      run: async (request) => {
        const arn = resourceOf(new Input(request));
        const tags = Object.entries(store.state.tags[arn] ?? {});
        return { ResourceArn: arn, ResourceTags: members(tags.map(([Key, Value]) => ({ Key, Value }))) };
      },
    },
    UpdateTagsForResource: {
      resource: (request) => new Input(request).text("ResourceArn") ?? "*",
      run: async (request) => {
        const input = new Input(request);
        const arn = resourceOf(input);
        const tags = { ...store.state.tags[arn], ...input.tags("TagsToAdd") };
        for (const key of input.texts("TagsToRemove")) delete tags[key];
        if (Object.keys(tags).length > 50) {
          throw errors.tooManyTags(arn);
        }
        store.state.tags[arn] = tags;
        store.save();
        const environment = [...context.running.values()].find(
          ({ record }) => names.environmentArn(record.application, record.name) === arn,
        );
        environment?.emit("INFO", "Environment tag update completed successfully.", request.requestId);
        return undefined;
      },
    },
  };
}
