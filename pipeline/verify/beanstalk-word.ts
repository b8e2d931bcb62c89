import type { Observation } from "../api/environment/observation.ts";

/** What Elastic Beanstalk says of an environment and of its instances. */
export type BeanstalkWord = Pick<Observation, "environment" | "fleet">;
