import { ApiError, created, noContent, notFound, ok } from "../http/answer.ts";
import { Fields } from "../http/fields.ts";
import { paged } from "../http/pagination.ts";
import { type Route, route } from "../http/router.ts";
import type { Hub } from "../hub.ts";
import { utc } from "../shapes/commit.ts";

/** Variables: of the repository, which people may set, and of its environments. https://docs.github.com/rest/actions/variables */
export function variableRoutes(hub: Hub): Route[] {
  const { settings, repository } = hub;
  const shape = ([name, value]: readonly [string, string]) => {
    const at = utc(repository.times().created);
    return { name, value, created_at: at, updated_at: at };
  };
  const listed = (values: Readonly<Record<string, string>>) => Object.entries(values).map(shape);
  const wanted = (name = ""): readonly [string, string] => {
    const found = Object.entries(settings.variables(undefined)).find(
      ([known]) => known === name.toUpperCase(),
    );
    if (found === undefined) throw notFound();
    return found;
  };

  return [
    route("GET /actions/variables", "variables:read", (request) =>
      paged(request, listed(settings.variables(undefined)), (page, total) => ({
        total_count: total,
        variables: page,
      })),
    ),

    route("POST /actions/variables", "variables:write", ({ body }) => {
      const fields = new Fields("Variable", body);
      const [name, value] = [fields.text("name").toUpperCase(), fields.text("value")];
      fields.check();
      if (!/^[A-Z_][A-Z0-9_]*$/.test(name) || name.startsWith("GITHUB_")) {
        throw new ApiError(422, `"${name}" cannot be the name of a variable`);
      }
      if (name in settings.variables(undefined)) {
        throw new ApiError(409, "Already exists - Variable already exists");
      }
      settings.setVariable(name, value);
      return created({});
    }),

    route("GET /actions/variables/:name", "variables:read", ({ params }) => ok(shape(wanted(params.name)))),

    route("PATCH /actions/variables/:name", "variables:write", ({ params, body }) => {
      const [name] = wanted(params.name);
      const fields = new Fields("Variable", body);
      const value = fields.text("value");
      fields.check();
      settings.setVariable(name, value);
      return noContent;
    }),

    route("DELETE /actions/variables/:name", "variables:write", ({ params }) => {
      const [name] = wanted(params.name);
      settings.setVariable(name, undefined);
      return noContent;
    }),

    route("GET /environments/:name/variables", "environments:read", (request) => {
      const found = settings.environment(request.params.name ?? "");
      if (found === undefined) throw notFound();
      return paged(request, listed(found.values.variables), (page, total) => ({
        total_count: total,
        variables: page,
      }));
    }),
  ];
}
