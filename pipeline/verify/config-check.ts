import { type Check, get, type PublicAddresses } from "./check.ts";

/**
 * That the site's config.json sends visitors to this API: in the fields in which the text that it was given has the API's
 * address, or one below it. Undefined where that text has none, or is not known: then there is nothing to compare.
 */
export function configCheck({ siteUrl, apiUrl }: PublicAddresses, config: string | null): Check | undefined {
  const wanted = Object.entries(fieldsOf(config ?? "")).filter(
    ([, value]) => apiUrl !== "" && (value === apiUrl || value.startsWith(`${apiUrl}/`)),
  );
  if (wanted.length === 0) return undefined;
  return {
    probe: get(`${siteUrl}/config.json`),
    connections: 1,
    judge: ({ status, body }) => {
      const served = fieldsOf(body);
      const wrong = wanted.find(([name, value]) => served[name] !== value);
      if (status === 200 && wrong === undefined) return undefined;
      const [name = "", value = ""] = wrong ?? wanted[0] ?? [];
      const sent = served[name] === undefined ? "no API" : `the API "${served[name]}"`;
      return {
        problem: "config-wrong",
        message: `the site's config.json answers ${status} and sends visitors to ${sent}, not to "${value}"`,
      };
    },
  };
}

/** The texts of a JSON object, without trailing slashes: they are addresses here. */
function fieldsOf(json: string): Readonly<Record<string, string>> {
  try {
    const value = JSON.parse(json) as Record<string, unknown> | null;
    const texts = Object.entries(value ?? {}).flatMap(([name, text]) =>
      typeof text === "string" ? [[name, text.replace(/\/+$/, "")] as const] : [],
    );
    return Object.fromEntries(texts);
  } catch {
    return {};
  }
}
