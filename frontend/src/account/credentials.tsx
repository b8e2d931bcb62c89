import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Field, Problem } from "./field.tsx";

type Place = "email" | "password" | "form";

/** Field that a message of the server is about; "form" when it is about no single one. */
export function fieldOf(message: string): Place {
  if (/password/i.test(message)) return "password";
  return /email|\buser\b/i.test(message) ? "email" : "form";
}

export interface Credentials {
  readonly password: string;
  readonly onPassword: (password: string) => void;
  readonly problem: { readonly place: Place; readonly message: string } | undefined;
  readonly isBusy: boolean;
  readonly submit: (event: Event) => Promise<void>;
}

/** What a form with a password does when it is sent. A refusal is shown where it belongs, and the focus goes there. */
export function useCredentials(
  form: RefObject<HTMLFormElement | null>,
  send: (password: string) => Promise<void>,
): Credentials {
  const [password, onPassword] = useState("");
  const [problem, setProblem] = useState<Credentials["problem"]>();
  const [isBusy, setBusy] = useState(false);
  const running = useRef(false);
  useEffect(() => {
    if (problem) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problem, form]);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setProblem(undefined);
    try {
      await send(password);
    } catch (error) {
      const { message } = error as Error;
      setProblem({ place: fieldOf(message), message });
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return { password, onPassword, problem, isBusy, submit };
}

interface Props extends Credentials {
  readonly email: string;
  /** Without it the address is given and cannot be changed. */
  readonly onEmail?: (email: string) => void;
  readonly autocomplete: "new-password" | "current-password";
}

export function CredentialFields({ email, onEmail, password, onPassword, problem, autocomplete }: Props) {
  const messageFor = (place: Place) => (problem?.place === place ? problem.message : undefined);
  const isFixed = onEmail === undefined;
  return (
    <>
      <Field
        label="Email"
        type="email"
        name="email"
        autocomplete="username"
        isFirst={!isFixed}
        isFixed={isFixed}
        value={email}
        onText={onEmail ?? (() => {})}
        problem={messageFor("email")}
      />
      <Field
        label="Password"
        type="password"
        name="password"
        autocomplete={autocomplete}
        isFirst={isFixed}
        value={password}
        onText={onPassword}
        problem={messageFor("password")}
      />
      <Problem>{messageFor("form")}</Problem>
    </>
  );
}
