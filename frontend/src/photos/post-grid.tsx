import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Post } from "../api.ts";
import { photoAddress } from "../shell/route.ts";
import { useStore } from "../store.ts";
import { ageOf } from "./age.ts";
import { PhotoImage } from "./photo-image.tsx";
import { type PostList, pageSize } from "./post-list.ts";

interface Props {
  readonly list: PostList;
  /** What is said where there are no posts. */
  readonly empty: ComponentChildren;
  /** Says who posted each of them. */
  readonly showsAuthors?: boolean;
  readonly actions?: (post: Post) => ComponentChildren;
}

/** Rows that are in sight at once at the most; their images are not worth waiting for. */
const eagerImages = 3;

/** The posts of a list, and more of them as one gets to the end. */
export function PostGrid({ list, empty, showsAuthors = false, actions }: Props) {
  const { posts, next, status, problem } = useStore(list);
  useEffect(() => list.open(), [list, status]);

  if (posts.length === 0 && status === "failed") {
    return (
      <section class="message" role="alert">
        <h2>The photos did not load</h2>
        <p>{problem}</p>
        <button type="button" class="button" onClick={() => void list.more()}>
          Try again
        </button>
      </section>
    );
  }
  if (posts.length === 0 && status === "loaded") return empty;
  const isLoading = status === "loading" || status === "new";
  return (
    <>
      <ul class="grid" aria-busy={isLoading}>
        {posts.map((post, index) => (
          <li key={post.id} class="card">
            <a href={photoAddress(post.id)}>
              <span class="frame">
                <PhotoImage
                  src={post.preview ?? post.url}
                  fallback={post.url}
                  alt=""
                  isEager={index < eagerImages}
                />
              </span>
              <span class="caption" dir="auto">
                {post.caption ?? "Untitled"}
              </span>
            </a>
            <p class="card-foot">
              {showsAuthors && <Author name={post.author} />}
              <Age time={post.createdAt} />
            </p>
            {actions?.(post)}
          </li>
        ))}
        {isLoading && (posts.length === 0 || next !== null) && <Skeletons />}
      </ul>
      {posts.length > 0 && status === "failed" && (
        <div class="more" role="alert">
          <p>{problem}</p>
          <button type="button" class="button quiet" onClick={() => void list.more()}>
            Try again
          </button>
        </div>
      )}
      {next !== null && status === "loaded" && <More onMore={() => void list.more()} />}
      {isLoading && (
        <p class="visually-hidden" role="status">
          Loading photos
        </p>
      )}
    </>
  );
}

export function Author({ name }: { readonly name: string | null }) {
  if (name === null) return null;
  return <bdi class="author">{name}</bdi>;
}

export function Age({ time }: { readonly time: string | null }) {
  if (time === null) return null;
  const date = new Date(time);
  return (
    <time dateTime={time} title={date.toLocaleString()}>
      {ageOf(date, new Date())}
    </time>
  );
}

/** Loads more well before its button comes into sight; the button is for the keyboard. */
function More({ onMore }: { readonly onMore: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) onMore();
      },
      { rootMargin: "800px" },
    );
    if (button.current) observer.observe(button.current);
    return () => observer.disconnect();
  }, [onMore]);
  return (
    <div class="more">
      <button ref={button} type="button" class="button quiet" onClick={onMore}>
        Show more
      </button>
    </div>
  );
}

function Skeletons() {
  return Array.from({ length: pageSize / 2 }, (_, index) => (
    <li key={`skeleton-${index}`} class="card skeleton" aria-hidden="true">
      <span class="frame" />
      <span class="line" />
      <span class="line short" />
    </li>
  ));
}
