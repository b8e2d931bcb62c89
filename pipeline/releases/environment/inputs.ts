import { awsInputs } from "../../aws/connection.ts";
import { migrationEnv } from "../../bundle/migration-env.ts";
import { boolean, type Inputs, integer, optionalText, type Parser, text, url } from "../../kit/inputs.ts";
import { databaseInputs } from "../../schema/database/address-inputs.ts";
import { configText } from "../../site/source/config-text.ts";
import { apiInputs } from "../../verify/api-inputs.ts";
import { routes } from "../../verify/routes.ts";

const optionalUrl: Parser<string> = (value) => (value === "" ? "" : url(value));

const environmentName: Parser<string> = (value) => {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(value)) return value;
  throw new Error("must be a name of letters, digits, dots, dashes and underscores");
};

/** Where an environment's tiers and its release store are: what `release` and `rollback` both have to know. */
export const environmentInputs = {
  ...awsInputs,
  environment: environmentName,
  "artifacts-bucket": text,
  "site-bucket": optionalText,
  config: configText,
  "release-json": boolean,
  "site-url": optionalUrl,
  "api-url": optionalUrl,
  ...apiInputs,
  routes,
  "eb-application": optionalText,
  "eb-environment": optionalText,
  ...databaseInputs,
  "allow-other-refs": boolean,
  "migration-env": migrationEnv,
  "github-token": optionalText,
  "lock-wait-seconds": integer(0, 86_400),
  "verify-timeout-seconds": integer(1, 3600),
  "keep-releases": integer(2, 1000),
} as const;

/** As they were given. Whatever needs some of them takes those, by name; "" or null is one that was left out. */
export type EnvironmentInputs = Inputs<typeof environmentInputs>;
