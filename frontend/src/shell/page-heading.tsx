import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

let isFirstPage = true;

interface Props {
  readonly id?: string;
  readonly title: string;
  readonly class?: string;
  /** Something else on the page takes the focus. */
  readonly keepsFocus?: boolean;
  readonly children?: ComponentChildren;
}

/**
 * The heading of a page. It names the document, and takes the focus when one page follows another: without that, a screen
 * reader would not notice.
 */
export function PageHeading({ id, title, class: name, keepsFocus = false, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title === "Udagram" ? title : `${title} · Udagram`;
    if (!isFirstPage && !keepsFocus) heading.current?.focus({ preventScroll: true });
    isFirstPage = false;
  }, [title, keepsFocus]);
  return (
    <h1 id={id} class={name} ref={heading} tabIndex={-1}>
      {children ?? title}
    </h1>
  );
}
