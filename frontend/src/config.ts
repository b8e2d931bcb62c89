/** What differs per environment: `config.json` beside the page, written at deploy. Fields are only ever added. */
export interface SiteConfig {
  /** Address of the API, without `/api/v0`. */
  readonly api: string;
}

/** Reads `config.json`. Throws an Error whose message a person can act on, also where no answer comes within `patienceMs`. */
export async function loadConfig(address = "./config.json", patienceMs = 20_000): Promise<SiteConfig> {
  const signal = AbortSignal.timeout(patienceMs);
  const response = await fetch(address, { cache: "no-cache", signal }).catch(() => undefined);
  if (response === undefined) throw new Error("config.json cannot be reached");
  if (!response.ok) throw new Error(`config.json is missing (status ${response.status})`);
  const text = await response.text().catch(() => undefined);
  if (text === undefined) throw new Error("config.json cannot be read to its end");
  return parseConfig(text, location.protocol);
}

/** `pageProtocol` is that of the page: browsers block http below https. */
export function parseConfig(text: string, pageProtocol: string): SiteConfig {
  const api = apiOf(text);
  if (typeof api !== "string" || api === "") throw new Error('config.json has no "api" address');
  const protocol = URL.canParse(api) ? new URL(api).protocol : "";
  if (protocol !== "http:" && protocol !== "https:") {
    throw new Error(`the "api" of config.json must be an http or https address, not "${api}"`);
  }
  if (pageProtocol === "https:" && protocol === "http:") {
    throw new Error(`browsers block "${api}" because this page is https and that is not`);
  }
  return { api: api.replace(/\/+$/, "").replace(/\/api\/v0$/, "") };
}

function apiOf(text: string): unknown {
  try {
    return (JSON.parse(text) as { api?: unknown } | null)?.api;
  } catch {
    throw new Error("config.json is not JSON");
  }
}
