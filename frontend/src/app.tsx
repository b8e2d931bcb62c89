import { useEffect, useMemo, useState } from "preact/hooks";
import { AccountForm } from "./account-form.tsx";
import { Api, type Session } from "./api.ts";
import type { SiteConfig } from "./config.ts";
import { Feed } from "./feed.tsx";
import { keepSession, keptSession } from "./session.ts";

/** The part of the address after `#`: an S3 website answers every deep link to it with the page itself. */
function useRoute(): string {
  const [route, setRoute] = useState(location.hash);
  useEffect(() => {
    const update = (): void => setRoute(location.hash);
    addEventListener("hashchange", update);
    return () => removeEventListener("hashchange", update);
  }, []);
  return route.replace(/^#/, "") || "/";
}

export function App({ config }: { config: SiteConfig }) {
  const api = useMemo(() => new Api(config.api), [config.api]);
  const [session, setSession] = useState<Session | undefined>(keptSession);
  const route = useRoute();
  const signIn = (next: Session | undefined): void => {
    keepSession(next);
    setSession(next);
    location.hash = "/";
  };

  return (
    <>
      <header class="bar">
        <a class="brand" href="#/">
          <img src="./icon.svg" alt="" width="28" height="28" />
          Udagram
        </a>
        <nav aria-label="Account">
          {session ? (
            <>
              <span class="who">{session.email}</span>
              <button type="button" class="button quiet" onClick={() => signIn(undefined)}>
                Sign out
              </button>
            </>
          ) : (
            <>
              <a class="button quiet" href="#/log-in">
                Log in
              </a>
              <a class="button" href="#/register">
                Register
              </a>
            </>
          )}
        </nav>
      </header>
      <main>
        {route === "/register" || route === "/log-in" ? (
          <AccountForm
            key={route}
            api={api}
            kind={route === "/register" ? "register" : "log-in"}
            onSession={signIn}
          />
        ) : (
          <Feed api={api} />
        )}
      </main>
    </>
  );
}
