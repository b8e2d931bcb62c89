import type { Session } from "./api.ts";

const key = "udagram-session";

/** The session of this browser, if one was kept; anything unreadable counts as none. */
export function keptSession(): Session | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "null") as Partial<Session> | null;
    return kept?.email && kept.token ? { email: kept.email, token: kept.token } : undefined;
  } catch {
    return undefined;
  }
}

export function keepSession(session: Session | undefined): void {
  if (session) localStorage.setItem(key, JSON.stringify(session));
  else localStorage.removeItem(key);
}
