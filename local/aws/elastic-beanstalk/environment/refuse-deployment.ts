import type { Options } from "../option-settings.ts";
import { OperationFailed } from "./instance-command.ts";
import { deploymentStrategy } from "./policy.ts";
import type { RunningEnvironment } from "./running-environment.ts";

/**
 * Throws OperationFailed for a new version whose deployment policy cannot bring it onto this environment, after an event that
 * says why. `before` are the options that the environment had.
 */
export function refuseDeployment(environment: RunningEnvironment, before: Options, resources: string): void {
  const { options, record, services } = environment;
  const strategy = deploymentStrategy(options, environment.size);
  if (strategy.kind !== "replace" || record.deployed === undefined) return;
  const refuse = (message: string): never => {
    environment.emit("ERROR", message);
    throw new OperationFailed(message);
  };
  const environmentOption = (name: string): string => options.get("aws:elasticbeanstalk:environment", name);
  if (
    strategy.policy === "TrafficSplitting" &&
    (environmentOption("EnvironmentType") !== "LoadBalanced" ||
      environmentOption("LoadBalancerType") !== "application")
  ) {
    refuse("Traffic-splitting deployments require an Application Load Balancer.");
  }
  if (services.options.strictImmutable === false) return;
  const changed = changedOptions(before, options);
  if (resources !== (record.deployed.resources ?? "")) changed.push("Resources");
  if (changed.length === 0) return;
  refuse(
    "You can't perform an immutable deployment in conjunction with resource configuration changes. " +
      `Changed by this deployment: ${changed.join(", ")}.`,
  );
}

function changedOptions(before: Options, after: Options): string[] {
  const values = (options: Options): Map<string, string> =>
    new Map(options.list().map(({ namespace, name, value }) => [`${namespace} ${name}`, value]));
  const [old, wanted] = [values(before), values(after)];
  return [...new Set([...old.keys(), ...wanted.keys()])].filter((key) => old.get(key) !== wanted.get(key));
}
