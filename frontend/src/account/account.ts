import type { Authority, Session } from "../api.ts";
import { Store } from "../store.ts";

const key = "udagram-session";

export interface AccountState {
  readonly session: Session | undefined;
  /** The API no longer accepts the session's token: the person is being asked for the password. */
  readonly isExpired: boolean;
}

/** Who is signed in, in every tab of this browser. */
export class Account extends Store<AccountState> implements Authority {
  #renewal: PromiseWithResolvers<string | undefined> | undefined;

  constructor() {
    super({ session: keptSession(), isExpired: false });
  }

  /** Follows what other tabs do. */
  followOtherTabs(): void {
    addEventListener("storage", (event) => {
      if (event.key === key || event.key === null) this.#change(keptSession());
    });
  }

  token(): string | undefined {
    return this.state.session?.token;
  }

  renew(token: string): Promise<string | undefined> {
    const current = this.token();
    if (current !== token) return Promise.resolve(current);
    this.#renewal ??= Promise.withResolvers();
    this.patch({ isExpired: true });
    return this.#renewal.promise;
  }

  signIn(session: Session): void {
    keepSession(session);
    this.#change(session);
  }

  signOut(): void {
    keepSession(undefined);
    this.#change(undefined);
  }

  #change(session: Session | undefined): void {
    const isOtherPerson = session?.email !== this.state.session?.email;
    this.set({ session, isExpired: false });
    // What one person started must not go on as another.
    this.#renewal?.resolve(isOtherPerson ? undefined : session?.token);
    this.#renewal = undefined;
  }
}

/** The session that this browser kept; anything unreadable counts as none. */
function keptSession(): Session | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "null") as Partial<Session> | null;
    return kept?.email && kept.token ? { email: kept.email, token: kept.token } : undefined;
  } catch {
    return undefined;
  }
}

function keepSession(session: Session | undefined): void {
  try {
    if (session) localStorage.setItem(key, JSON.stringify(session));
    else localStorage.removeItem(key);
  } catch {
    // Storage is off or full: the session lasts as long as the tab.
  }
}
