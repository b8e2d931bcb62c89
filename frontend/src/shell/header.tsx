import { useEffect, useRef } from "preact/hooks";
import { useServices } from "../services.ts";
import { useStore } from "../store.ts";
import { FeedIcon, Logo, PersonIcon, PlusIcon } from "./icons.tsx";
import { go, type PageName } from "./route.ts";

/** Brand, pages and account. On a phone the pages are a bar at the bottom, within reach of the thumb. */
export function Header({ page }: { readonly page: PageName }) {
  const { account } = useServices();
  const { session } = useStore(account);
  const current = (name: PageName) => (page === name ? ("page" as const) : undefined);
  return (
    <header class="bar">
      <button type="button" class="skip" onClick={() => document.getElementById("content")?.focus()}>
        Skip to the content
      </button>
      <a class="brand" href="#/">
        <Logo />
        Udagram
      </a>
      {session ? (
        <>
          <nav class="pages" aria-label="Pages">
            <a href="#/" aria-current={current("feed")}>
              <FeedIcon />
              Feed
            </a>
            <a href="#/mine" aria-current={current("mine")}>
              <PersonIcon />
              My photos
            </a>
            <a class="new" href="#/new" aria-current={current("new")}>
              <PlusIcon />
              New post
            </a>
          </nav>
          <AccountMenu email={session.email} page={page} />
        </>
      ) : (
        <nav class="visitor" aria-label="Account">
          <a class="button quiet" href="#/log-in" aria-current={current("log-in")}>
            Log in
          </a>
          <a class="button" href="#/register" aria-current={current("register")}>
            Register
          </a>
        </nav>
      )}
    </header>
  );
}

function AccountMenu({ email, page }: { readonly email: string; readonly page: PageName }) {
  const { account, draft, notices } = useServices();
  const menu = useRef<HTMLDivElement>(null);
  // A link in it leads to another page without closing it.
  useEffect(() => {
    if (menu.current?.matches(":popover-open")) menu.current.hidePopover();
  }, [page]);
  const signOut = (): void => {
    draft.clear();
    account.signOut();
    notices.say({ text: "You are signed out." });
    go("#/");
  };
  return (
    <div class="account">
      <button type="button" class="avatar" popovertarget="account-menu" aria-label={`Account of ${email}`}>
        {email.slice(0, 1).toUpperCase()}
      </button>
      <div id="account-menu" ref={menu} class="menu" popover="auto">
        <p class="menu-label">Signed in as</p>
        <p class="menu-email">{email}</p>
        <button type="button" class="button plain" onClick={signOut}>
          Sign out
        </button>
        <a class="button quiet" href="#/account">
          Account settings
        </a>
      </div>
    </div>
  );
}
