import { useEffect, useState } from "preact/hooks";
import type { Post } from "../api.ts";
import { useServices } from "../services.ts";
import { CloseIcon, NextIcon, PreviousIcon } from "../shell/icons.tsx";
import { Modal } from "../shell/modal.tsx";
import { photoAddress, replaceRoute } from "../shell/route.ts";
import { useStore } from "../store.ts";
import { PhotoImage } from "./photo-image.tsx";
import { Age, Author } from "./post-grid.tsx";
import type { PostList } from "./post-list.ts";

interface Props {
  readonly id: number;
  /** What the person came from: the photos before and after this one. */
  readonly list: PostList;
  readonly onClose: () => void;
}

/** One photo as a whole, above the list that it is from. */
export function PhotoDialog({ id, list, onClose }: Props) {
  const { posts } = useStore(list);
  const index = posts.findIndex((post) => post.id === id);
  const { post, problem } = usePost(id, posts[index]);
  const [previous, next] = index < 0 ? [] : [posts[index - 1], posts[index + 1]];
  const show = (other: Post | undefined): void => {
    if (other) replaceRoute(photoAddress(other.id));
  };
  useEffect(() => {
    if (!post) return;
    const { title } = document;
    document.title = `${post.caption ?? "Untitled"} · Udagram`;
    return () => {
      document.title = title;
    };
  }, [post]);
  return (
    <Modal
      class="photo"
      labelledBy="photo-caption"
      onDismiss={onClose}
      onKeyDown={({ key }) => {
        if (key === "ArrowLeft") show(previous);
        if (key === "ArrowRight") show(next);
      }}
    >
      <div class="stage">
        {post && <PhotoImage key={id} src={post.url} alt={post.caption ?? "Untitled photo"} isEager />}
      </div>
      <div class="photo-side">
        <h2 id="photo-caption" class="photo-caption" dir="auto">
          {post ? (post.caption ?? "Untitled") : (problem ?? "Loading the photo…")}
        </h2>
        {post && (
          <p class="soft byline">
            <Author name={post.author} />
            <Age time={post.createdAt} />
          </p>
        )}
        <div class="photo-actions">
          <button
            type="button"
            class="icon-button"
            aria-label="Previous photo"
            aria-disabled={!previous}
            onClick={() => show(previous)}
          >
            <PreviousIcon />
          </button>
          <button
            type="button"
            class="icon-button"
            aria-label="Next photo"
            aria-disabled={!next}
            onClick={() => show(next)}
          >
            <NextIcon />
          </button>
        </div>
      </div>
      <button type="button" class="icon-button close" aria-label="Close" onClick={onClose}>
        <CloseIcon />
      </button>
    </Modal>
  );
}

/** The post: the one that is known already, else asked for. */
function usePost(
  id: number,
  known: Post | undefined,
): { post: Post | undefined; problem: string | undefined } {
  const { api } = useServices();
  const [found, setFound] = useState<{ id: number; post?: Post; problem?: string }>();
  const isKnown = known !== undefined;
  useEffect(() => {
    if (isKnown) return;
    let isWanted = true;
    api.post(id).then(
      (post) => isWanted && setFound({ id, post }),
      (error: Error) => isWanted && setFound({ id, problem: error.message }),
    );
    return () => {
      isWanted = false;
    };
  }, [api, id, isKnown]);
  const current = found?.id === id ? found : undefined;
  return { post: known ?? current?.post, problem: current?.problem };
}
