import { useState } from "preact/hooks";
import type { Post } from "../api.ts";
import { useServices } from "../services.ts";
import { BinIcon, PhotoIcon } from "../shell/icons.tsx";
import { PageHeading } from "../shell/page-heading.tsx";
import { useStore } from "../store.ts";
import { DeleteDialog } from "./delete-dialog.tsx";
import { PostGrid } from "./post-grid.tsx";

/** The signed-in person's own photos. */
export function MyPhotosPage() {
  const { mine } = useServices();
  const { count, status } = useStore(mine);
  const [doomed, setDoomed] = useState<Post>();
  return (
    <>
      <div class="page-head">
        <PageHeading title="My photos" />
        <p class="soft">
          {status !== "new" && count > 0 ? `${count} ${count === 1 ? "photo" : "photos"}` : "\u00a0"}
        </p>
      </div>
      <PostGrid
        list={mine}
        empty={
          <section class="message">
            <PhotoIcon />
            <h2>Nothing here yet</h2>
            <p>Photos that you post show up here, and in everybody's feed.</p>
            <a class="button" href="#/new">
              Post your first photo
            </a>
          </section>
        }
        actions={(post) => (
          <button
            type="button"
            class="icon-button bin"
            aria-label={`Delete “${post.caption ?? "Untitled"}”`}
            onClick={() => setDoomed(post)}
          >
            <BinIcon />
          </button>
        )}
      />
      {doomed && <DeleteDialog post={doomed} onDone={() => setDoomed(undefined)} />}
    </>
  );
}
