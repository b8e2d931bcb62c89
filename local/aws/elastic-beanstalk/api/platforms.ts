import { members, type XmlContent } from "../../xml.ts";
import { errors } from "../errors.ts";
import { platformNodeMajor } from "../instance/staging.ts";
import { environmentVariables, optionDefinitions } from "../option-definitions.ts";
import type { ApiContext, Operations } from "./context.ts";
import { Input } from "./input.ts";
import { versionQuota } from "./versions.ts";

const platformVersion = "6.10.0";
const branch = `Node.js ${platformNodeMajor} running on 64bit Amazon Linux 2023`;

/** The one platform here: the Node.js that runs this program, under the name of the AWS platform with it. */
const solutionStack = `64bit Amazon Linux 2023 v${platformVersion} running Node.js ${platformNodeMajor}`;
export const platformPath = `${branch}/${platformVersion}`;

const supportedTiers = ["WebServer/Standard", "Worker/SQS/HTTP"];

/** The solution stack that a request names; the only one when it names none. */
export function solutionStackOf(input: Input, context: ApiContext): string {
  const name = input.text("SolutionStackName");
  if (name !== undefined && name !== solutionStack) throw errors.noSolutionStack(name);
  const arn = input.text("PlatformArn");
  const branchArn = context.services.names.platformArn(branch);
  if (arn !== undefined && arn !== branchArn && arn !== `${branchArn}/${platformVersion}`) {
    throw errors.invalid(`No Platform named '${arn}' found.`);
  }
  return solutionStack;
}

export function platformOperations(context: ApiContext): Operations {
  const { names, options, store } = context.services;
  const summary = (): Record<string, XmlContent> => ({
    PlatformArn: names.platformArn(platformPath),
    PlatformOwner: "AWSElasticBeanstalk",
    PlatformStatus: "Ready",
    PlatformCategory: "Node.js",
    OperatingSystemName: "Amazon Linux",
    OperatingSystemVersion: "2023",
    SupportedTierList: members(supportedTiers),
    SupportedAddonList: members([]),
    PlatformLifecycleState: "Recommended",
    PlatformBranchName: branch,
    PlatformBranchLifecycleState: "Supported",
  });
  return {
    ListAvailableSolutionStacks: {
      run: async () => ({
        SolutionStacks: members([solutionStack]),
        SolutionStackDetails: members([
          { SolutionStackName: solutionStack, PermittedFileTypes: members(["zip"]) },
        ]),
      }),
    },
    ListPlatformVersions: {
      run: async () => ({
        PlatformSummaryList: members([{ ...summary(), PlatformVersion: platformVersion }]),
      }),
    },
    ListPlatformBranches: {
      run: async () => ({
        PlatformBranchSummaryList: members([
          {
            PlatformName: "Node.js",
            BranchName: branch,
            LifecycleState: "Supported",
            BranchOrder: 1,
            SupportedTierList: members(supportedTiers),
          },
        ]),
      }),
    },
    DescribePlatformVersion: {
      run: async (request) => {
        solutionStackOf(new Input(request), context);
        return {
          PlatformDescription: {
            ...summary(),
            PlatformName: branch,
            PlatformVersion: platformVersion,
            SolutionStackName: solutionStack,
            Description: "The Node.js that runs the local stack.",
            Maintainer: "AWSElasticBeanstalk",
            ProgrammingLanguages: members([{ Name: "ECMAScript", Version: process.versions.node }]),
            Frameworks: members([{ Name: "Node.js", Version: process.versions.node }]),
            CustomAmiList: members([]),
          },
        };
      },
    },
    DescribeAccountAttributes: {
      run: async () => ({
        ResourceQuotas: {
          ApplicationQuota: { Maximum: 75 },
          ApplicationVersionQuota: { Maximum: context.services.options.versionQuota ?? versionQuota },
          EnvironmentQuota: { Maximum: 200 },
          ConfigurationTemplateQuota: { Maximum: 2000 },
          CustomPlatformQuota: { Maximum: 50 },
        },
      }),
    },
    DescribeConfigurationOptions: {
      run: async (request) => {
        const wanted = new Input(request).optionSpecifications("Options");
        const shown = optionDefinitions.filter(
          ({ namespace, name }) =>
            wanted.length === 0 || wanted.some((one) => one.namespace === namespace && one.name === name),
        );
        return {
          SolutionStackName: solutionStack,
          PlatformArn: names.platformArn(platformPath),
          Options: members(
            shown.map(({ namespace, name, defaultValue, severity, values, min, max }) => ({
              Namespace: namespace,
              Name: name,
              DefaultValue: defaultValue,
              ChangeSeverity: severity,
              UserDefined: namespace === environmentVariables,
              ValueType: "Scalar",
              ValueOptions: values === undefined ? undefined : members(values),
              MinValue: min,
              MaxValue: max,
            })),
          ),
        };
      },
    },
    CheckDNSAvailability: {
      run: async (request) => {
        const prefix = new Input(request).required("CNAMEPrefix");
        return {
          Available: store.environmentNamed(prefix) === undefined,
          FullyQualifiedCNAME: `${prefix}.${names.region}.elasticbeanstalk.com`,
        };
      },
    },
    CreateStorageLocation: {
      run: async () => {
        if (options.s3.createBucket === undefined) throw errors.unsupported("CreateStorageLocation");
        await options.s3.createBucket(names.storageBucket());
        return { S3Bucket: names.storageBucket() };
      },
    },
  };
}
