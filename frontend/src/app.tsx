import { useEffect, useMemo, useRef } from "preact/hooks";
import { AccountForm } from "./account/account-form.tsx";
import { AccountPage } from "./account/account-page.tsx";
import { RenewalDialog } from "./account/renewal-dialog.tsx";
import type { Session } from "./api.ts";
import type { SiteConfig } from "./config.ts";
import { FeedPage } from "./feed.tsx";
import { NewPostPage } from "./new-post/new-post-page.tsx";
import { MyPhotosPage } from "./photos/my-photos-page.tsx";
import { PhotoDialog } from "./photos/photo-dialog.tsx";
import { createServices, type Services, ServicesProvider } from "./services.ts";
import { Header } from "./shell/header.tsx";
import { NoticeBar } from "./shell/notice-bar.tsx";
import { PageHeading } from "./shell/page-heading.tsx";
import { type PageName, replaceRoute, useRevisit, useRoute } from "./shell/route.ts";
import { useScrollMemory } from "./shell/scroll-memory.ts";
import { useStore } from "./store.ts";

export function App({ config }: { readonly config: SiteConfig }) {
  const services = useMemo(() => createServices(config), [config]);
  const { account, feed, mine } = services;
  const { session, isExpired } = useStore(account);
  const route = useRoute();
  useEffect(() => void checkSession(services), [services]);

  // A photo lies above the page that it was opened from; opened by its address, above the feed.
  const below = useRef<PageName | undefined>(undefined);
  const isOpenedHere = below.current !== undefined;
  if (route.page !== "photo") below.current = route.page;
  const page = route.page === "photo" ? (below.current ?? "feed") : route.page;
  useScrollMemory(page);
  useRevisit(() => {
    scrollTo({ top: 0 });
    if (page === "feed") void feed.reload();
    if (page === "mine") void mine.reload();
  });

  return (
    <ServicesProvider value={services}>
      <Header page={page} />
      <main id="content" tabIndex={-1} class={session ? "with-pages" : ""}>
        <PageOf page={page} session={session} services={services} />
      </main>
      {route.page === "photo" && (
        <PhotoDialog
          id={route.id}
          list={page === "mine" ? mine : feed}
          onClose={() => (isOpenedHere ? history.back() : replaceRoute("#/"))}
        />
      )}
      {isExpired && session && <RenewalDialog email={session.email} />}
      <NoticeBar />
    </ServicesProvider>
  );
}

interface PageProps {
  readonly page: PageName;
  readonly session: Session | undefined;
  readonly services: Services;
}

function PageOf({ page, session, services }: PageProps) {
  const { account, notices } = services;
  const signIn = (next: Session): void => {
    account.signIn(next);
    notices.dismiss();
  };
  if (page === "feed") return <FeedPage />;
  if (page === "log-in" || page === "register") {
    if (session) return <SignedIn />;
    return <AccountForm key={page} kind={page} onSession={signIn} />;
  }
  if (page === "mine" || page === "new" || page === "account") {
    if (session && page === "account") return <AccountPage key={session.email} email={session.email} />;
    if (session) return page === "mine" ? <MyPhotosPage /> : <NewPostPage />;
    const reason = reasons[page];
    return <AccountForm key={page} kind="log-in" reason={reason} onSession={signIn} />;
  }
  return (
    <section class="message">
      <PageHeading title="There is nothing here" />
      <p>This address leads nowhere. The photos are in the feed.</p>
      <a class="button" href="#/">
        Go to the feed
      </a>
    </section>
  );
}

const reasons = {
  mine: "Log in to see your photos.",
  new: "Log in to post a photo.",
  account: "Log in to change your account.",
};

/** Where signing in leads, and where those end up who are signed in already. */
function SignedIn() {
  useEffect(() => replaceRoute("#/"), []);
  return null;
}

/** A kept session may have expired since: better known now than in the middle of a post. */
async function checkSession({ api, account, notices }: Services): Promise<void> {
  const token = account.token();
  if (token === undefined) return;
  // Where the API cannot be reached, what is shown next says so.
  const isAccepted = await api.accepts(token).catch(() => true);
  if (isAccepted || account.token() !== token) return;
  account.signOut();
  notices.say({ text: "Your session has expired.", link: { href: "#/log-in", text: "Log in again" } });
}
