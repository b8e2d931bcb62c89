import { useState } from "preact/hooks";
import { Problem } from "../account/field.tsx";
import { ApiError, type Post } from "../api.ts";
import { useServices } from "../services.ts";
import { Modal } from "../shell/modal.tsx";

/** Asks before a photo is deleted, and deletes it. */
export function DeleteDialog({ post, onDone }: { readonly post: Post; readonly onDone: () => void }) {
  const { api, feed, mine, notices } = useServices();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const remove = async (): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await api.deletePost(post.id).catch((error: unknown) => {
        // Deleted in another tab: that is what was asked for.
        if (!(error instanceof ApiError && error.status === 404)) throw error;
      });
    } catch (error) {
      setProblem((error as Error).message);
      setBusy(false);
      return;
    }
    onDone();
    mine.remove(post.id);
    feed.remove(post.id);
    notices.say({ text: "The photo is deleted." });
    // The button that had the focus is gone with its photo.
    document.getElementById("content")?.focus({ preventScroll: true });
  };
  return (
    <Modal class="dialog" labelledBy="delete-title" onDismiss={onDone}>
      <div class="form">
        <div>
          <h2 id="delete-title">Delete this photo?</h2>
          <p class="soft">
            “<bdi>{post.caption ?? "Untitled"}</bdi>” disappears for everyone. There is no way back.
          </p>
        </div>
        <Problem>{problem}</Problem>
        <div class="actions">
          <button type="button" class="button plain" onClick={onDone}>
            Keep it
          </button>
          <button type="button" class="button danger" aria-disabled={isBusy} onClick={() => void remove()}>
            {isBusy ? "Deleting…" : "Delete"}
          </button>
        </div>
      </div>
    </Modal>
  );
}
