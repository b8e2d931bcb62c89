import { useEffect, useState } from "preact/hooks";
import { Problem } from "../account/field.tsx";
import { useServices } from "../services.ts";
import { PhotoIcon } from "../shell/icons.tsx";
import { useStore } from "../store.ts";
import { megabytes, photoTypes } from "./photo-file.ts";

/** Chooses the photo: from a file dialog, dropped, or pasted. Shows it as it will be seen. */
export function PhotoPicker() {
  const { draft } = useServices();
  const { file, preview, problems, progress } = useStore(draft);
  const [isTarget, setTarget] = useState(false);
  const isBusy = progress !== undefined;
  const take = (files: FileList | null | undefined): void => {
    const [chosen] = files ?? [];
    if (chosen && !isBusy) draft.choose(chosen);
  };
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => take(event.clipboardData?.files);
    addEventListener("paste", paste);
    return () => removeEventListener("paste", paste);
  });
  return (
    <div class="picker">
      <label
        class={`drop ${isTarget ? "target" : ""} ${preview ? "filled" : ""}`}
        onDragOver={(event) => {
          event.preventDefault();
          setTarget(true);
        }}
        onDragLeave={() => setTarget(false)}
        onDrop={(event) => {
          event.preventDefault();
          setTarget(false);
          take(event.dataTransfer?.files);
        }}
      >
        <input
          class="file"
          type="file"
          accept={photoTypes.join(",")}
          disabled={isBusy}
          aria-invalid={problems.photo !== undefined}
          aria-describedby="photo-problem"
          onChange={(event) => {
            take(event.currentTarget.files);
            // Choosing the same file once more must count as a choice.
            event.currentTarget.value = "";
          }}
        />
        {preview ? (
          <>
            <img src={preview} alt="Preview" onError={() => draft.refuse()} />
            <span class="drop-change">Choose another photo</span>
          </>
        ) : (
          <>
            <PhotoIcon />
            <strong>Choose a photo</strong>
            <span class="soft">or drop it here. JPEG, PNG, GIF, WebP or AVIF, up to 10 MB.</span>
          </>
        )}
      </label>
      <div class="field-foot">
        <Problem id="photo-problem">{problems.photo}</Problem>
        <span class="soft file-name">{file && `${file.name} · ${megabytes(file.size)}`}</span>
      </div>
    </div>
  );
}
