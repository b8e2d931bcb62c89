import type { EnvironmentFaults } from "../environment-faults.ts";
import type { EventLog } from "../events.ts";
import type { Names } from "../names.ts";
import type { ElasticBeanstalkOptions, Timing } from "../options.ts";
import type { Store } from "../store.ts";
import type { LogSamples } from "./log-samples.ts";

/** What the parts of Elastic Beanstalk share; made once, in `elastic-beanstalk.ts`. */
export interface Services {
  readonly options: ElasticBeanstalkOptions;
  readonly timing: Timing;
  readonly store: Store;
  readonly events: EventLog;
  readonly faults: EnvironmentFaults;
  readonly names: Names;
  readonly logs: LogSamples;
  readonly now: () => Date;
}
