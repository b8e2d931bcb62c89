import { useState } from "preact/hooks";
import { PhotoIcon } from "../shell/icons.tsx";

interface Props {
  readonly src: string;
  /** Shown where `src` is not there. */
  readonly fallback?: string;
  readonly alt: string;
  readonly isEager?: boolean;
}

/** A photo in a place whose size is given from outside: nothing moves when it arrives, or when it never does. */
export function PhotoImage({ src, fallback = src, alt, isEager = false }: Props) {
  const [address, setAddress] = useState(src);
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
      src={address}
      alt={alt}
      width="600"
      height="600"
      loading={isEager ? "eager" : "lazy"}
      decoding="async"
      onLoad={() => setState("shown")}
      onError={() => (address === fallback ? setState("missing") : setAddress(fallback))}
    />
  );
}
