import type { OptionSetting, TierName } from "./model.ts";

/** As environments are described: https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_EnvironmentTier.html */
const descriptions: Readonly<Record<TierName, { readonly Type: string; readonly Version: string }>> = {
  WebServer: { Type: "Standard", Version: "1.0" },
  Worker: { Type: "SQS/HTTP", Version: "2.3" },
  Cluster: { Type: "EKS", Version: "1.0" },
};

export function isTierName(name: string): name is TierName {
  return Object.hasOwn(descriptions, name);
}

export function describeTier(name: TierName): { Name: string; Type: string; Version: string } {
  return { Name: name, ...descriptions[name] };
}

/** True when the tier and the type that a request names belong together. */
export function isTierType(name: TierName, type: string | undefined): boolean {
  return type === undefined || type === descriptions[name].Type;
}

const clusterNamespaces = /^aws:elasticbeanstalk:eks(:|$)/;

/** Roles that a Cluster environment cannot be made without. */
const clusterRoles = [
  ["aws:elasticbeanstalk:eks", "cluster-role"],
  ["aws:elasticbeanstalk:eks", "node-role"],
  ["aws:elasticbeanstalk:eks:environment", "observability-role"],
] as const;

/** What is wrong with settings for the tier, in EB's words: Cluster environments have namespaces of their own. */
export function tierProblem(tier: TierName, settings: readonly OptionSetting[]): string | undefined {
  const stranger = settings.find(
    ({ namespace }) => clusterNamespaces.test(namespace) !== (tier === "Cluster") && !isShared(namespace),
  );
  if (stranger !== undefined) {
    const { namespace, name } = stranger;
    return `Invalid option specification (Namespace: '${namespace}', OptionName: '${name}'): Unknown configuration setting.`;
  }
  if (tier !== "Cluster") return undefined;
  const missing = clusterRoles.find(
    ([namespace, name]) => !settings.some((one) => one.namespace === namespace && one.name === name),
  );
  return missing && `You must specify the option '${missing[1]}' in the namespace '${missing[0]}'.`;
}

function isShared(namespace: string): boolean {
  return namespace === "aws:elasticbeanstalk:application:environment";
}
