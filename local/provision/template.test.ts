import { readFileSync } from "node:fs";
import { expect } from "chai";
import { parse } from "yaml";
import type { Iam } from "../aws/iam/iam.ts";
import { provisionStore } from "./buckets.ts";
import { accountNames } from "./names.ts";
import { provisionDeployRole } from "./roles.ts";
import type { Trust } from "./trust.ts";

interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

interface Statement {
  readonly Action?: string | readonly string[];
  readonly Resource: string | readonly string[];
}

describe("the template of an environment", () => {
  const file = new URL("../../infrastructure/environment.yml", import.meta.url);
  // Its own tags are CloudFormation's; what they give is of no interest here.
  const template = parse(readFileSync(file, "utf8"), { logLevel: "silent" }) as {
    readonly Resources: Readonly<Record<string, Resource>>;
  };
  const ofType = (type: string) =>
    Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);

  it("keeps what cannot be made again when the stack goes", () => {
    const kept = [...ofType("AWS::S3::Bucket"), ...ofType("AWS::RDS::DBInstance")];
    expect(kept).to.have.length(4);
    for (const [name, { DeletionPolicy, UpdateReplacePolicy }] of kept) {
      expect(DeletionPolicy, name).to.be.oneOf(["Retain", "Snapshot"]);
      expect(UpdateReplacePolicy, name).to.equal(DeletionPolicy);
    }
  });

  it("encrypts every bucket and the database", () => {
    for (const [name, { Properties }] of ofType("AWS::S3::Bucket")) {
      expect(Properties, name).to.have.property("BucketEncryption");
    }
    for (const [name, { Properties }] of ofType("AWS::RDS::DBInstance")) {
      expect(Properties, name).to.have.property("StorageEncrypted", true);
    }
  });

  it("has no public database", () => {
    for (const [name, { Properties }] of ofType("AWS::RDS::DBInstance")) {
      expect(Properties, name).to.have.property("PubliclyAccessible", false);
    }
  });

  it("names no version of the platform, which new accounts would be refused", () => {
    const environments = ofType("AWS::ElasticBeanstalk::Environment");
    expect(environments).to.have.length(1);
    for (const [name, { Properties }] of environments) {
      expect(Properties, name).to.not.have.property("SolutionStackName");
      expect(Properties?.PlatformArn, name).to.match(/::platform\/\$\{PlatformBranch\}$/);
    }
  });

  it("lets nobody write over what a release is made of, and the laptop's store no more than that", () => {
    const policy = template.Resources.ArtifactsBucketPolicy?.Properties?.PolicyDocument as {
      readonly Statement: readonly { readonly Sid: string; readonly Resource: readonly string[] }[];
    };
    let given: unknown;
    const keep = (bucket: { readonly policy?: unknown }): void => {
      given = bucket.policy;
    };
    provisionStore({ provisionBucket: keep }, accountNames("app").local);
    const [laptops] = (given as typeof policy).Statement;
    const [own] = policy.Statement;
    const pattern = (arn: string): string => arn.slice(arn.indexOf("/"));
    expect(laptops?.Resource.map(pattern)).to.deep.equal(own?.Resource.map(pattern));
    expect({ ...laptops, Resource: [] }).to.deep.equal({ ...own, Resource: [] });
  });

  it("allows the deploy role of S3 what the laptop's may do, and no more", () => {
    const properties = template.Resources.DeployRole?.Properties as {
      readonly Policies: readonly { readonly PolicyDocument: { readonly Statement: readonly Statement[] } }[];
    };
    const templates = properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    let laptops: readonly Statement[] = [];
    const iam = {
      accountId: "000000000000",
      putRole: ({ policies }: { policies: { releases: object } }) => {
        laptops = (policies.releases as { Statement: readonly Statement[] }).Statement;
        return { arn: "" };
      },
    } as unknown as Iam;
    const names = accountNames("app").local;
    const trust = { environment: () => ({}) } as unknown as Trust;
    provisionDeployRole(iam, trust, { ...names, artifacts: "store", site: "site" }, "secret");
    const placed = (resource: string): string =>
      resource
        .replace(
          /^\$?\{?(Artifacts|Site)Bucket(\.Arn)?\}?/,
          (_, which) => `arn:aws:s3:::${which === "Site" ? "site" : "store"}`,
        )
        .replace(/\$\{EnvironmentName\}/, names.environment);
    const said = (all: readonly Statement[]): readonly string[] =>
      all
        .filter(({ Action }) => [Action ?? []].flat().every((one) => one.startsWith("s3:")))
        .filter(({ Action }) => Action !== undefined)
        .flatMap(({ Action, Resource }) =>
          [Action ?? []]
            .flat()
            .flatMap((one) => [Resource].flat().map((arn) => `${one} ${placed(String(arn))}`)),
        )
        .sort();
    expect(said(laptops)).to.deep.equal(said(templates));
  });
});
