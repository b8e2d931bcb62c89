import type { ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";
import type { Beanstalk } from "../api/environment/beanstalk.ts";
import type { Clock } from "../kit/clock.ts";
import type { AppRoute } from "./api-checks.ts";
import type { BeanstalkWord } from "./beanstalk-word.ts";
import { healthPathIn } from "./health-path.ts";

/** What Elastic Beanstalk can be asked of the API's environment. */
export interface ApiEnvironment {
  readonly name: string;
  /** The path of its health check; undefined where that only connects. */
  healthPath(): Promise<string | undefined>;
  /** What it runs, on each instance. */
  observe(): Promise<BeanstalkWord>;
}

interface ApiPlace {
  readonly application: string;
  readonly environment: string;
  connect(): Promise<ElasticBeanstalkClient>;
}

/** The environment that the API runs in; undefined where the step was not told it. Reaches nothing, and loads nothing, yet. */
export function apiEnvironment(place: ApiPlace, clock: Clock): ApiEnvironment | undefined {
  const { application, environment } = place;
  if (application === "" || environment === "") return undefined;
  let opening: Promise<Beanstalk> | undefined;
  const open = (): Promise<Beanstalk> => {
    opening ??= Promise.all([place.connect(), import("../api/environment/beanstalk.ts")]).then(
      ([eb, module]) => new module.Beanstalk(eb, application, environment, clock),
    );
    return opening;
  };
  return {
    name: environment,
    healthPath: async () => healthPathIn(await (await open()).readSettings()),
    observe: async () => {
      const beanstalk = await open();
      const [found, fleet] = await Promise.all([beanstalk.readEnvironment(), beanstalk.readInstances()]);
      return { environment: found, fleet };
    },
  };
}

/**
 * The route by which the app has to answer: the one given, else that of the environment's health check, else the root. Where
 * Elastic Beanstalk does not say, the root: it is asked what runs there as well, and that says why.
 */
export async function appRoute(given: string, environment: ApiEnvironment | undefined): Promise<AppRoute> {
  if (given !== "") return { path: given, isChosen: true };
  const found = await environment?.healthPath().catch(() => undefined);
  return { path: found ?? "/", isChosen: false };
}
