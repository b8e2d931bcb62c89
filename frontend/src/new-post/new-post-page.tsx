import { useEffect, useRef } from "preact/hooks";
import { Problem } from "../account/field.tsx";
import { useServices } from "../services.ts";
import { PageHeading } from "../shell/page-heading.tsx";
import { go } from "../shell/route.ts";
import { forgetScroll } from "../shell/scroll-memory.ts";
import { useStore } from "../store.ts";
import { PhotoPicker } from "./photo-picker.tsx";
import { UploadProgress } from "./upload-progress.tsx";

const longestCaption = 255;

/** Writes a post: photo, caption, and what happens to them on the way. */
export function NewPostPage() {
  const { draft, feed, mine, notices } = useServices();
  const { caption, progress, problems, mayRetry } = useStore(draft);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    const isRefused = Object.keys(problems).length > 0;
    if (isRefused) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problems]);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const post = await draft.submit();
    if (post === undefined) return;
    feed.add(post);
    mine.add(post);
    notices.say({ text: "Your photo is posted." });
    forgetScroll();
    if (location.hash === "#/new") go("#/");
  };
  const isBusy = progress !== undefined;
  return (
    <form class="composer" ref={form} onSubmit={submit} noValidate aria-labelledby="new-title">
      <PageHeading id="new-title" title="New post" />
      <PhotoPicker />
      <div class="composer-side">
        <div class="field">
          <label for="caption">Caption</label>
          <textarea
            id="caption"
            name="caption"
            dir="auto"
            rows={4}
            maxLength={longestCaption}
            placeholder="What is there to see?"
            value={caption}
            readOnly={isBusy}
            onInput={(event) => draft.write(event.currentTarget.value)}
            aria-invalid={problems.caption !== undefined}
            aria-describedby="caption-count caption-problem"
            required
          />
          <div class="field-foot">
            <Problem id="caption-problem">{problems.caption}</Problem>
            <span id="caption-count" class="soft">
              <span class="visually-hidden">Characters: </span>
              {caption.length}/{longestCaption}
            </span>
          </div>
        </div>
        <Problem>{problems.form}</Problem>
        {progress ? (
          <UploadProgress {...progress} onCancel={() => draft.cancel()} />
        ) : (
          <button type="submit" class="button large">
            {mayRetry ? "Try again" : "Post photo"}
          </button>
        )}
      </div>
    </form>
  );
}
