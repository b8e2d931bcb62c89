/** What differs per environment: `config.json` beside the page, written at deploy. Fields are only ever added. */
export interface SiteConfig {
  /** Address of the API, without `/api/v0`. */
  readonly api: string;
}

/** Reads `config.json`. Throws an Error whose message a person can act on. */
export async function loadConfig(): Promise<SiteConfig> {
  const response = await fetch("./config.json", { cache: "no-cache" });
  if (!response.ok) throw new Error(`config.json is missing (status ${response.status})`);
  const config = (await response.json().catch(() => undefined)) as { api?: unknown } | undefined;
  if (typeof config?.api !== "string" || !URL.canParse(config.api)) {
    throw new Error('config.json has no "api" address');
  }
  return { api: config.api.replace(/\/+$/, "") };
}
