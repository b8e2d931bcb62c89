import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { Account } from "./account/account.ts";
import { Api } from "./api.ts";
import type { SiteConfig } from "./config.ts";
import { Draft } from "./new-post/draft.ts";
import { putFile } from "./new-post/put-file.ts";
import { PostList } from "./photos/post-list.ts";
import { Notices } from "./shell/notices.ts";

/** What lives as long as the page, whichever view is shown. */
export interface Services {
  readonly api: Api;
  readonly account: Account;
  readonly feed: PostList;
  readonly mine: PostList;
  readonly draft: Draft;
  readonly notices: Notices;
}

export function createServices(config: SiteConfig): Services {
  const account = new Account();
  const api = new Api(config.api, account);
  const feed = new PostList((limit, cursor) => api.feed(limit, cursor));
  const mine = new PostList((limit, cursor) => api.ownPosts(limit, cursor));
  const draft = new Draft(api, putFile);
  const notices = new Notices();
  account.followOtherTabs();
  let person = account.state.session?.email;
  account.subscribe(() => {
    const email = account.state.session?.email;
    if (email === undefined || email !== person) mine.clear();
    if (email === undefined) return;
    // Whoever signs in again finds what they typed; another person must not.
    if (person !== undefined && email !== person) draft.clear();
    person = email;
  });
  return { api, account, feed, mine, draft, notices };
}

const ServicesContext = createContext<Services | undefined>(undefined);

export const ServicesProvider = ServicesContext.Provider;

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === undefined) throw new Error("useServices outside of ServicesProvider");
  return services;
}
