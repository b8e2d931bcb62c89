import { type InstanceReading, instancesOf } from "../api/environment/observation.ts";
import { explain } from "../kit/errors.ts";
import type { ApiEnvironment } from "./api-environment.ts";
import type { BeanstalkWord } from "./beanstalk-word.ts";
import type { Finding } from "./check.ts";

/** Elastic Beanstalk's word, and what is wrong by it; neither where the environment is not known, or there is no API. Never rejects. */
export async function askDeployment(
  environment: ApiEnvironment | undefined,
  version: string | undefined,
): Promise<{ readonly deployment?: BeanstalkWord; readonly finding?: Finding }> {
  if (environment === undefined || version === undefined) return {};
  try {
    const deployment = await environment.observe();
    const finding = deploymentFinding(deployment, environment.name, version);
    return { deployment, ...(finding === undefined ? {} : { finding }) };
  } catch (error) {
    const message = `Elastic Beanstalk does not say what it runs: ${explain(error)}`;
    return { finding: { problem: "beanstalk-silent", message } };
  }
}

/**
 * What is wrong by Elastic Beanstalk's own word; undefined when the environment runs the version and every instance has
 * deployed it. An instance that starts, while the environment is at rest, is one more for the load: it serves nobody yet.
 *
 * | environment           | instances                               |              |
 * |-----------------------|-----------------------------------------|--------------|
 * | none                  |                                         | not-deployed |
 * | another label         |                                         | not-deployed |
 * | this label            | one with another label, or Failed       | not-deployed |
 * | this label            | none that has deployed it               | not-deployed |
 * | this label, not Ready | all that have deployed anything have it | beanstalk-busy: somebody changes the environment, and it does not say yet |
 * | this label, Ready     | all that have deployed anything have it | right        |
 * | this label            | not known: basic health                 | as the label |
 */
export function deploymentFinding(
  { environment, fleet }: BeanstalkWord,
  name: string,
  version: string,
): Finding | undefined {
  const wrong = (message: string, isOther = false): Finding => ({
    problem: "not-deployed",
    message,
    ...(isOther ? { otherIn: "api" } : {}),
  });
  if (environment === undefined) return wrong(`Elastic Beanstalk has no environment "${name}"`);
  const { status, versionLabel } = environment;
  if (versionLabel !== version) {
    return wrong(`Elastic Beanstalk runs version "${versionLabel}" in "${name}", not "${version}"`, true);
  }
  const others = instancesOf(fleet).filter(
    (instance) => !isStarting(instance, version) && !hasDeployed(instance, version),
  );
  if (others.length > 0) {
    const named = others.map(
      ({ id, deployment }) => `${id} has "${deployment?.versionLabel}" (${deployment?.status})`,
    );
    return wrong(
      `Elastic Beanstalk has not deployed version "${version}" on every instance: ${named.join(", ")}`,
    );
  }
  if (fleet.kind === "known" && !fleet.instances.some((instance) => hasDeployed(instance, version))) {
    return wrong(`Elastic Beanstalk has deployed version "${version}" on no instance of "${name}" yet`);
  }
  if (status === "Ready") return undefined;
  return { problem: "beanstalk-busy", message: `Elastic Beanstalk is at work on "${name}": ${status}` };
}

export function hasDeployed({ deployment }: InstanceReading, version: string): boolean {
  return deployment?.versionLabel === version && deployment.status === "Deployed";
}

function isStarting({ deployment }: InstanceReading, version: string): boolean {
  if (deployment === undefined) return true;
  const { versionLabel, status } = deployment;
  return versionLabel === version && status !== "Failed" && status !== "Deployed";
}
