/** What is known of a database's address; "" is a part that is not. */
export interface AddressParts {
  readonly host: string;
  /** "" for PostgreSQL's own. */
  readonly port: number | "";
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/**
 * Takes postgres://user:password@host:port/database apart, with escapes undone. Throws a plain Error that says what is wrong
 * with the address and never shows it: it goes on from the address's name.
 */
export function partsOfUrl(url: string): AddressParts {
  if (!URL.canParse(url)) throw new Error("is no address");
  const { protocol, hostname, port, username, password, pathname, searchParams } = new URL(url);
  if (protocol !== "postgres:" && protocol !== "postgresql:") throw new Error(`begins with "${protocol}"`);
  const weaker = searchParams.get("sslmode");
  if (weaker !== null && !["require", "verify-ca", "verify-full"].includes(weaker)) {
    throw new Error(`asks for sslmode=${weaker}, but TLS is always verify-full here`);
  }
  const unknown = [...searchParams.keys()].filter((name) => name !== "sslmode");
  if (unknown.length > 0) throw new Error(`has parameters that are not supported: ${unknown.join(", ")}`);
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? "" : Number(port),
    user: decode(username),
    password: decode(password),
    database: decode(pathname.slice(1)),
  };
}

/** The first part without which nobody gets in, as the address misses it. */
export function missingPart(parts: AddressParts): "host" | "user" | "password" | "database" | undefined {
  const needed = ["host", "user", "password", "database"] as const;
  return needed.find((name) => parts[name] === "");
}

/** Percent-encoding undone; a text that only looks encoded stays. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
