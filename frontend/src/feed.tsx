import { PostGrid } from "./photos/post-grid.tsx";
import { useServices } from "./services.ts";
import { PhotoIcon } from "./shell/icons.tsx";
import { PageHeading } from "./shell/page-heading.tsx";
import { useStore } from "./store.ts";

/** Everybody's photos, newest first. */
export function FeedPage() {
  const { feed, account } = useServices();
  const { session } = useStore(account);
  return (
    <>
      {session ? (
        <PageHeading title="Udagram" class="visually-hidden">
          Photos
        </PageHeading>
      ) : (
        <section class="welcome">
          <PageHeading title="Udagram">See what everyone sees.</PageHeading>
          <p>Photos from people everywhere, newest first. Add yours.</p>
          <a class="button large" href="#/register">
            Create an account
          </a>
        </section>
      )}
      <PostGrid
        list={feed}
        showsAuthors
        empty={
          <section class="message">
            <PhotoIcon />
            <h2>No photos yet</h2>
            <p>The first one posted will show up here.</p>
            <a class="button" href={session ? "#/new" : "#/register"}>
              {session ? "Post the first photo" : "Create an account to post one"}
            </a>
          </section>
        }
      />
    </>
  );
}
