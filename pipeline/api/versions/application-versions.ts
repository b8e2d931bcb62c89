import {
  CreateApplicationVersionCommand,
  DeleteApplicationVersionCommand,
  DescribeApplicationVersionsCommand,
  DescribeEnvironmentsCommand,
  type ElasticBeanstalkClient,
} from "@aws-sdk/client-elastic-beanstalk";
import type { Clock } from "../../kit/clock.ts";
import { call, refusalOf } from "../environment/call.ts";
import type { SourceBundle } from "./wanted-version.ts";

/** A version as Elastic Beanstalk has it. */
export interface VersionReading extends SourceBundle {
  /** PROCESSED, UNPROCESSED, PROCESSING, BUILDING, FAILED. */
  readonly status: string;
  readonly description: string;
}

/** A version as a listing shows it, with the source bundle that it was made of. */
export interface ListedVersion extends SourceBundle {
  readonly label: string;
  readonly createdAt: Date;
}

/** The versions of one application. */
export class ApplicationVersions {
  readonly #eb: ElasticBeanstalkClient;
  readonly #application: string;
  readonly #clock: Clock;

  constructor(eb: ElasticBeanstalkClient, application: string, clock: Clock) {
    this.#eb = eb;
    this.#application = application;
    this.#clock = clock;
  }

  async read(label: string): Promise<VersionReading | undefined> {
    return (await this.readAll([label])).get(label);
  }

  /** Those that there are of some labels. */
  async readAll(labels: readonly string[]): Promise<ReadonlyMap<string, VersionReading>> {
    const command = new DescribeApplicationVersionsCommand({
      ApplicationName: this.#application,
      VersionLabels: [...new Set(labels)],
    });
    const answer = await call("DescribeApplicationVersions", this.#clock, () => this.#eb.send(command));
    return new Map(
      (answer.ApplicationVersions ?? []).map(({ VersionLabel, Status, Description, SourceBundle }) => [
        VersionLabel ?? "",
        {
          // Lower case in the API's model, upper case on the wire.
          status: (Status ?? "").toUpperCase(),
          description: Description ?? "",
          bucket: SourceBundle?.S3Bucket ?? "",
          key: SourceBundle?.S3Key ?? "",
        },
      ]),
    );
  }

  /** Every version, with the source bundle that it was made of. */
  async list(): Promise<readonly ListedVersion[]> {
    const versions: ListedVersion[] = [];
    let token: string | undefined;
    do {
      const command = new DescribeApplicationVersionsCommand({
        ApplicationName: this.#application,
        ...(token === undefined ? {} : { NextToken: token }),
      });
      const page = await call("DescribeApplicationVersions", this.#clock, () => this.#eb.send(command));
      for (const { VersionLabel = "", SourceBundle, DateCreated } of page.ApplicationVersions ?? []) {
        const { S3Bucket: bucket = "", S3Key: key = "" } = SourceBundle ?? {};
        versions.push({ label: VersionLabel, bucket, key, createdAt: DateCreated ?? new Date(0) });
      }
      token = page.NextToken;
    } while (token !== undefined);
    return versions;
  }

  /** The labels that the application's environments run, or are being updated to. */
  async running(): Promise<ReadonlySet<string>> {
    const command = new DescribeEnvironmentsCommand({
      ApplicationName: this.#application,
      IncludeDeleted: false,
    });
    const { Environments = [] } = await call("DescribeEnvironments", this.#clock, () =>
      this.#eb.send(command),
    );
    return new Set(Environments.map(({ VersionLabel }) => VersionLabel ?? ""));
  }

  /** Returns false where the label exists by now. */
  async create(label: string, { bucket, key }: SourceBundle, description: string): Promise<boolean> {
    const command = new CreateApplicationVersionCommand({
      ApplicationName: this.#application,
      VersionLabel: label,
      Description: description,
      SourceBundle: { S3Bucket: bucket, S3Key: key },
      Process: true,
    });
    try {
      await call("CreateApplicationVersion", this.#clock, () => this.#eb.send(command));
      return true;
    } catch (error) {
      if (refusalOf(error) === "version-exists") return false;
      throw error;
    }
  }

  /** Takes the version out of Elastic Beanstalk, and leaves its source bundle where it is. */
  async delete(label: string): Promise<void> {
    const command = new DeleteApplicationVersionCommand({
      ApplicationName: this.#application,
      VersionLabel: label,
    });
    await call("DeleteApplicationVersion", this.#clock, () => this.#eb.send(command));
  }
}
