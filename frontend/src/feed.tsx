import { useEffect, useState } from "preact/hooks";
import type { Api, Post } from "./api.ts";

type Loading =
  | { state: "loading" }
  | { state: "failed"; message: string }
  | { state: "loaded"; posts: readonly Post[] };

/** Everybody's photos, newest first. */
export function Feed({ api }: { api: Api }) {
  const [feed, setFeed] = useState<Loading>({ state: "loading" });
  const load = (): void => {
    setFeed({ state: "loading" });
    api.feed().then(
      (posts) => setFeed({ state: "loaded", posts }),
      (error: Error) => setFeed({ state: "failed", message: error.message }),
    );
  };
  useEffect(load, [api]);

  if (feed.state === "loading") return <Skeletons />;
  if (feed.state === "failed") {
    return (
      <section class="notice" role="alert">
        <h1>The feed did not load</h1>
        <p>{feed.message}</p>
        <button type="button" class="button" onClick={load}>
          Try again
        </button>
      </section>
    );
  }
  if (feed.posts.length === 0) {
    return (
      <section class="notice">
        <h1>No photos yet</h1>
        <p>The first one posted will show up here.</p>
      </section>
    );
  }
  return (
    <section aria-label="Photos" class="feed">
      <h1 class="visually-hidden">Photos</h1>
      {feed.posts.map((post) => (
        <article class="card" key={post.id}>
          <img src={post.url} alt="" loading="lazy" width="600" height="450" />
          <p>{post.caption}</p>
        </article>
      ))}
    </section>
  );
}

function Skeletons() {
  return (
    <section class="feed" aria-busy="true" aria-label="Loading photos">
      {[1, 2, 3].map((n) => (
        <div class="card skeleton" key={n}>
          <div class="skeleton-photo" />
          <div class="skeleton-line" />
        </div>
      ))}
    </section>
  );
}
