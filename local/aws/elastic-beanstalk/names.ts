import { randomBytes, randomInt } from "node:crypto";

/** What AWS calls things in this Region and account. */
export class Names {
  readonly region: string;
  readonly accountId: string;

  constructor(region: string, accountId: string) {
    this.region = region;
    this.accountId = accountId;
  }

  applicationArn(application: string): string {
    return this.#arn(`application/${application}`);
  }

  versionArn(application: string, label: string): string {
    return this.#arn(`applicationversion/${application}/${label}`);
  }

  environmentArn(application: string, environment: string): string {
    return this.#arn(`environment/${application}/${environment}`);
  }

  platformArn(platform: string): string {
    return `arn:aws:elasticbeanstalk:${this.region}::platform/${platform}`;
  }

  /** The bucket that CreateStorageLocation makes. */
  storageBucket(): string {
    return `elasticbeanstalk-${this.region}-${this.accountId}`;
  }

  #arn(resource: string): string {
    return `arn:aws:elasticbeanstalk:${this.region}:${this.accountId}:${resource}`;
  }
}

const alphabet = "abcdefghijkmnpqrstuvwxyz23456789";

/** e.g. e-szqipays4h */
export function newEnvironmentId(): string {
  return `e-${Array.from({ length: 10 }, () => alphabet[randomInt(alphabet.length)]).join("")}`;
}

/** e.g. i-0a1b2c3d4e5f60718 */
export function newInstanceId(): string {
  return `i-0${randomBytes(8).toString("hex")}`;
}
