import { useState } from "preact/hooks";
import { PhotoIcon } from "../shell/icons.tsx";

interface Props {
  readonly src: string;
  readonly alt: string;
  readonly isEager?: boolean;
}

/** A photo in a place whose size is given from outside: nothing moves when it arrives, or when it never does. */
export function PhotoImage({ src, alt, isEager = false }: Props) {
  const [state, setState] = useState<"loading" | "shown" | "missing">("loading");
  if (state === "missing") {
    return (
      <span class="missing">
        <PhotoIcon />
        <span>This photo is not available</span>
      </span>
    );
  }
  return (
    <img
      class={state}
      src={src}
      alt={alt}
      width="600"
      height="600"
      loading={isEager ? "eager" : "lazy"}
      decoding="async"
      onLoad={() => setState("shown")}
      onError={() => setState("missing")}
    />
  );
}
