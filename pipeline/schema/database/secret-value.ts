import type { Runner } from "../../kit/runner.ts";
import { type AddressParts, partsOfUrl } from "./address-parts.ts";
import { maskSecret } from "./mask-secret.ts";

/**
 * What a secret says of a database: a whole address as plain text, or JSON as RDS and Secrets Manager write it
 * (https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html); RDS's own secrets hold
 * user and password alone. Masks it in every form in which it might be printed. Throws a plain Error that says what is wrong
 * with the secret and never shows it: it goes on from the secret's name.
 */
export function partsOfSecret(text: string, runner: Pick<Runner, "mask">): AddressParts {
  const value = text.trim();
  // Of a text of several lines the runner masks each line too: of JSON every brace.
  if (!/[\r\n]/.test(value)) maskSecret(value, runner);
  const parts = value.startsWith("{") ? partsOfJson(value, runner) : partsOfText(value);
  maskSecret(parts.password, runner);
  return parts;
}

function partsOfText(value: string): AddressParts {
  if (/^postgres(ql)?:/.test(value)) return partsOfUrl(value);
  throw new Error("holds neither a postgres:// address nor JSON");
}

/**
 * Say where the database is and who comes in: errors name them, and GitHub drops a job's outputs in which a masked text
 * occurs, as a name of a database easily does.
 */
const notMasked = new Set([
  "engine",
  "host",
  "port",
  "username",
  "dbname",
  "dbInstanceIdentifier",
  "dbClusterIdentifier",
  "masterarn",
]);

function partsOfJson(value: string, runner: Pick<Runner, "mask">): AddressParts {
  const fields = parseFields(value);
  for (const [name, field] of Object.entries(fields)) {
    if (typeof field === "string" && !notMasked.has(name)) maskSecret(field, runner);
  }
  const engine = textOf(fields, "engine");
  if (engine !== "" && !engine.includes("postgres"))
    throw new Error(`is of a database of engine "${engine}"`);
  return {
    host: textOf(fields, "host"),
    port: portOf(fields),
    user: textOf(fields, "username"),
    password: textOf(fields, "password"),
    database: textOf(fields, "dbname"),
  };
}

/** JSON.parse says what it met, which here is the secret itself: its error goes no further. */
function parseFields(value: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(value) as Record<string, unknown>;
  } catch {
    throw new Error("holds JSON that is malformed");
  }
}

function textOf(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = fields[name] ?? "";
  if (typeof value === "string") return value;
  throw new Error(`has a "${name}" that is no text`);
}

/** Written as a number or as a text. */
function portOf({ port = "" }: Readonly<Record<string, unknown>>): number | "" {
  if (port === "" || port === null) return "";
  const number = Number(port);
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
  throw new Error('has a "port" that is none');
}
