import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface Props {
  readonly class: string;
  /** Id of the element that names the dialog. */
  readonly labelledBy: string;
  readonly onDismiss: () => void;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
  readonly children: ComponentChildren;
}

/** A dialog above the page for as long as it is rendered. The browser keeps the focus inside; it goes back to who had it. */
export function Modal({ class: name, labelledBy, onDismiss, onKeyDown, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Not `useEffect`: its clean-up runs when the dialog has left the document, where closing gives no focus back.
  useLayoutEffect(() => {
    const { current } = dialog;
    const { activeElement: before } = document;
    current?.showModal();
    return () => {
      current?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={name}
      aria-labelledby={labelledBy}
      onKeyDown={onKeyDown}
      onCancel={(event) => {
        event.preventDefault();
        onDismiss();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onDismiss();
      }}
    >
      {children}
    </dialog>
  );
}
