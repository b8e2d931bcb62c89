import type { State } from "../../local/state.ts";
import { apiPath } from "../../pipeline/bundle/release-location.ts";
import { systemClock } from "../../pipeline/kit/clock.ts";
import { looker } from "../../pipeline/releases/environment/look.ts";
import type { Witnesses } from "../../pipeline/releases/views/condition.ts";
import { routes } from "../../pipeline/verify/routes.ts";
import { callingWorkflowsAt } from "./customer/calling-workflows.ts";
import { callGitHub } from "./local-github.ts";

const expressionStart = "$" + "{{";

/** Whom the terminal asks of an environment: the local GitHub of its runs, and site and API as visitors meet them. */
export function localWitnesses(state: State, environment: string, isMain: boolean): Witnesses {
  const given =
    callingWorkflowsAt(state.github.remote, `refs/heads/${state.github.branch}`).deploy?.inputs ?? {};
  const place = isMain ? { site: state.site, api: state.api } : (state.staging ?? { site: "", api: "" });
  const text = (name: string): string => (typeof given[name] === "string" ? given[name] : "");
  // Routes out of an expression only the workflow itself knows.
  const look = looker(
    {
      environment,
      "site-url": place.site.replace(/\/$/, ""),
      "api-url": place.api.replace(/\/$/, ""),
      routes: text("routes").includes(expressionStart) ? [] : routes(text("routes")),
      config: null,
      "release-json": given["release-json"] !== false,
      "api-path": apiPath(text("api-path") || "/api"),
      "version-path": text("version-path"),
      "health-path": text("health-path"),
    },
    // What visitors get is the question here, not what Elastic Beanstalk says of it.
    {
      ...{ application: "", environment: "" },
      connect: () => Promise.reject(new Error("not asked")),
    },
    { clock: systemClock, signal: new AbortController().signal },
  );
  return {
    look,
    lifeOf: async ({ id, attempt }) => {
      const run = await callGitHub<{ status: string; run_attempt: number }>(
        state,
        "GET",
        `/actions/runs/${id}`,
      ).catch(() => undefined);
      if (run === undefined) return "unknown";
      return run.run_attempt > attempt || run.status === "completed" ? "over" : "at work";
    },
  };
}
