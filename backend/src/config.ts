/** All that differs between environments, as the process's environment gives it. */
export interface Config {
  /** Where it listens: on an Elastic Beanstalk instance only the proxy beside it has to reach it. */
  readonly host: string;
  readonly port: number;
  /** Origins of the site: who may read answers in a browser. */
  readonly siteOrigins: readonly string[];
  readonly database: {
    readonly host: string;
    readonly port: number;
    readonly name: string;
    readonly user: string;
    readonly password: string;
    /** PEM of the CA that signed the server's certificate; undefined for the default ones. */
    readonly ca: string | undefined;
    readonly poolSize: number;
    readonly statementTimeoutMs: number;
  };
  readonly storage: {
    readonly region: string;
    readonly bucket: string;
    /** Only where the bucket is not on AWS. */
    readonly endpoint: string | undefined;
  };
  readonly tokens: { readonly secret: string; readonly lifetimeSeconds: number };
  /** See `limits/account-limits.ts` for the windows of time. */
  readonly limits: {
    readonly loginFailuresPerAccount: number;
    readonly loginFailuresPerAddress: number;
    readonly registrationsPerAddress: number;
  };
  /** Address under which clients reach the API; undefined to go by each request's own. */
  readonly publicUrl: string | undefined;
  /** How many proxies in front append to X-Forwarded-For. */
  readonly trustedProxies: number;
  readonly logLevel: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Every wrong value of the environment, found before anything listens. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the environment is not complete:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/** Reads the configuration, strictly. Throws one `ConfigError` that names all that is missing or malformed. */
export function readConfig(environment: Environment): Config {
  const problems: string[] = [];
  const text = (name: string, check?: (value: string) => string | undefined): string => {
    const value = environment[name] ?? "";
    const problem = value === "" ? "is not set" : check?.(value);
    if (problem !== undefined) problems.push(`${name} ${problem}`);
    return value;
  };
  const integer = (name: string, fallback: number, [least, most]: readonly [number, number]): number => {
    const value = environment[name] ?? "";
    if (value === "") return fallback;
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    problems.push(`${name} must be a whole number from ${least} to ${most}, not "${value}"`);
    return fallback;
  };

  const config: Config = {
    host: environment.HOST || "127.0.0.1",
    port: integer("PORT", 8080, [0, 65535]),
    siteOrigins: text("URL", (value) => problemOfOrigins(value))
      .split(",")
      .map(originOf),
    database: {
      host: text("POSTGRES_HOST", (value) =>
        /^[A-Za-z0-9.:_-]+$/.test(value) ? undefined : `must be a host name, not "${value}"`,
      ),
      port: integer("POSTGRES_PORT", 5432, [1, 65535]),
      name: text("POSTGRES_DB"),
      user: text("POSTGRES_USERNAME"),
      password: text("POSTGRES_PASSWORD"),
      ca: readCa(environment.POSTGRES_CA ?? "", problems),
      poolSize: integer("POSTGRES_POOL_SIZE", 10, [1, 200]),
      statementTimeoutMs: integer("POSTGRES_STATEMENT_TIMEOUT_MS", 10_000, [100, 600_000]),
    },
    storage: {
      region: text("AWS_REGION", (value) =>
        /^[a-z]{2}(-[a-z]+)+-\d+$/.test(value)
          ? undefined
          : `must be a region such as us-east-1, not "${value}"`,
      ),
      bucket: text("AWS_BUCKET", problemOfBucket),
      endpoint: environment.AWS_ENDPOINT_URL_S3 || environment.AWS_ENDPOINT_URL || undefined,
    },
    tokens: {
      // The value itself is never repeated in a message.
      secret: text("JWT_SECRET", (value) =>
        value.length >= 16 ? undefined : "is too short to protect anybody; use 32 random characters",
      ),
      lifetimeSeconds: integer("TOKEN_LIFETIME_SECONDS", 7 * 24 * 60 * 60, [60, 365 * 24 * 60 * 60]),
    },
    limits: {
      loginFailuresPerAccount: integer("LOGIN_FAILURES_PER_ACCOUNT", 10, [1, 1_000_000]),
      loginFailuresPerAddress: integer("LOGIN_FAILURES_PER_ADDRESS", 100, [1, 1_000_000]),
      registrationsPerAddress: integer("REGISTRATIONS_PER_ADDRESS", 100, [1, 1_000_000]),
    },
    publicUrl: readPublicUrl(environment.API_URL ?? "", problems),
    trustedProxies: integer("TRUSTED_PROXIES", 1, [0, 10]),
    logLevel: environment.LOG_LEVEL || "info",
  };
  if (!["fatal", "error", "warn", "info", "debug", "trace", "silent"].includes(config.logLevel)) {
    problems.push(`LOG_LEVEL must be a level of pino such as info, not "${config.logLevel}"`);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

function originOf(value: string): string {
  return URL.canParse(value.trim()) ? new URL(value.trim()).origin : value;
}

function problemOfOrigins(value: string): string | undefined {
  const wrong = value
    .split(",")
    .find((item) => !/^https?:$/.test(URL.canParse(item) ? new URL(item).protocol : ""));
  return wrong === undefined ? undefined : `must be the http(s) address of the site, not "${wrong.trim()}"`;
}

function readPublicUrl(value: string, problems: string[]): string | undefined {
  if (value === "") return undefined;
  const problem = problemOfOrigins(value);
  if (problem !== undefined) problems.push(`API_URL must be the http(s) address of the API, not "${value}"`);
  return value.replace(/\/+$/, "");
}

function problemOfBucket(value: string): string | undefined {
  if (value.startsWith("arn:")) {
    return `must be the name of the media bucket, not its ARN; use "${value.slice(value.lastIndexOf(":") + 1)}"`;
  }
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(value)
    ? undefined
    : `must be the name of a bucket, not "${value}"`;
}

/** Settings of Elastic Beanstalk cannot always hold line breaks: `\n` stands for one. */
function readCa(value: string, problems: string[]): string | undefined {
  const pem = value.replaceAll("\\n", "\n").trim();
  if (pem === "") return undefined;
  if (!/-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/.test(pem)) {
    problems.push(
      "POSTGRES_CA must be PEM text with at least one CERTIFICATE; leave it empty for Amazon's own",
    );
    return undefined;
  }
  return `${pem}\n`;
}
