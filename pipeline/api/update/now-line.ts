import { explain } from "../../kit/errors.ts";
import type { Beanstalk } from "../environment/beanstalk.ts";
import type { EnvironmentReading, Fleet, Observation } from "../environment/observation.ts";
import { fleetLine } from "./fleet.ts";

/**
 * Which instances run what, and what Elastic Beanstalk goes on doing, for whoever has to decide what to do. By the observation
 * where there is one, and asked for what it lacks. Never rejects.
 */
export async function nowLine(beanstalk: Beanstalk, observation?: Observation): Promise<string> {
  try {
    const environment = observation ? observation.environment : await beanstalk.readEnvironment();
    if (environment === undefined) return "the environment is gone";
    const isAsked = observation?.fleet.kind === "known" || environment.status.startsWith("Terminat");
    const fleet = isAsked && observation ? observation.fleet : await beanstalk.readInstances();
    return `${instancesLine(fleet)}; ${operationLine(environment)}`;
  } catch (error) {
    return `what runs now could not be read: ${explain(error)}`;
  }
}

function instancesLine(fleet: Fleet): string {
  return fleet.kind === "known"
    ? fleetLine(fleet.instances)
    : `what each instance runs is not known (${fleet.why})`;
}

function operationLine({ status, versionLabel, abortable }: EnvironmentReading): string {
  if (status === "Ready")
    return `Elastic Beanstalk does nothing more, and names "${versionLabel}" as the version`;
  const way = abortable ? ", which can be aborted" : "";
  return `Elastic Beanstalk goes on (${status}, to "${versionLabel}"${way})`;
}
