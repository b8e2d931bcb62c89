/** The public part of the live release, as the site itself says it; undefined where no release is live. */
export async function liveRelease(site: string): Promise<{ readonly id: string } | undefined> {
  const response = await fetch(`${site}/release.json`, { cache: "no-store" }).catch(() => undefined);
  if (!response?.ok) return undefined;
  const release = (await response.json().catch(() => undefined)) as { id?: unknown } | undefined;
  return typeof release?.id === "string" ? { id: release.id } : undefined;
}
