import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";

interface Props {
  readonly label: string;
  readonly type: "email" | "password" | "text";
  readonly name: string;
  readonly autocomplete: "username" | "new-password" | "current-password" | "name";
  /** What is said below, while nothing is wrong. */
  readonly hint?: string;
  readonly isOptional?: boolean;
  readonly isFirst?: boolean;
  readonly isFixed?: boolean;
  readonly value: string;
  readonly onText: (text: string) => void;
  readonly problem: string | undefined;
}

/** A labelled input with the message that belongs to it. A password can be shown. */
export function Field(props: Props) {
  const { label, type, name, autocomplete, hint, value, onText, problem } = props;
  const { isFirst = false, isFixed = false, isOptional = false } = props;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    if (isFirst) input.current?.focus();
  }, [isFirst]);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="input">
        <input
          ref={input}
          id={id}
          // Preact knows inputs by the kind that they are, and this one may become another.
          type={(isShown ? "text" : type) as "text"}
          name={name}
          autocomplete={autocomplete}
          autocapitalize={type === "text" ? "words" : "none"}
          dir={type === "text" ? "auto" : undefined}
          spellcheck={false}
          required={!isOptional}
          // A dialog gives the focus to the first field otherwise, also to one that cannot be changed.
          autofocus={isFirst}
          readOnly={isFixed}
          value={value}
          onInput={(event) => onText(event.currentTarget.value)}
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-problem${hint === undefined ? "" : ` ${id}-hint`}`}
        />
        {type === "password" && (
          <button
            type="button"
            class="reveal"
            aria-pressed={isShown}
            aria-label="Show password"
            onClick={() => setShown(!isShown)}
          >
            {isShown ? "Hide" : "Show"}
          </button>
        )}
      </div>
      <Problem id={`${id}-problem`}>{problem}</Problem>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** A message about something that went wrong. Rendered also while there is none, so that it is announced when it comes. */
export function Problem({ id, children }: { readonly id?: string; readonly children: ComponentChildren }) {
  return (
    <p class="problem" id={id} role="alert">
      {children}
    </p>
  );
}
