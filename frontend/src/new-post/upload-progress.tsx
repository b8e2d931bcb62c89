interface Props {
  readonly step: "uploading" | "posting";
  readonly fraction: number;
  readonly onCancel: () => void;
}

export function UploadProgress({ step, fraction, onCancel }: Props) {
  const percent = Math.round(fraction * 100);
  const isUploading = step === "uploading";
  return (
    <div class="progress">
      <div class="progress-head">
        <span role="status">{isUploading ? "Uploading your photo…" : "Posting…"}</span>
        <span class="soft">{isUploading && `${percent} %`}</span>
      </div>
      <progress max={100} value={percent} aria-label="Upload" />
      <button type="button" class="button quiet" onClick={onCancel}>
        Cancel
      </button>
    </div>
  );
}
