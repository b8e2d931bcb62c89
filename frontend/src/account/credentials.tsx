import type { RefObject } from "preact";
import { useState } from "preact/hooks";
import { Field } from "./field.tsx";
import { useSubmission } from "./submission.ts";

type Place = "email" | "password" | "name" | "form";

/** Field that a message of the server is about; "form" when it is about no single one. */
export function fieldOf(message: string): Place {
  if (/password/i.test(message)) return "password";
  if (/\bname\b/i.test(message)) return "name";
  return /email|\buser\b/i.test(message) ? "email" : "form";
}

export interface Credentials {
  readonly password: string;
  readonly onPassword: (password: string) => void;
  /** What is wrong with that field, or with the form as a whole. */
  readonly messageFor: (place: Place) => string | undefined;
  readonly isBusy: boolean;
  readonly submit: (event: Event) => Promise<void>;
}

/** What a form with a password does when it is sent. A refusal is shown where it belongs. */
export function useCredentials(
  form: RefObject<HTMLFormElement | null>,
  send: (password: string) => Promise<void>,
): Credentials {
  const [password, onPassword] = useState("");
  const { problem, isBusy, submit } = useSubmission(form, () => send(password));
  const messageFor = (place: Place) =>
    problem !== undefined && fieldOf(problem) === place ? problem : undefined;
  return { password, onPassword, messageFor, isBusy, submit };
}

interface Props extends Pick<Credentials, "password" | "onPassword" | "messageFor"> {
  readonly email: string;
  /** Without it the address is given and cannot be changed. */
  readonly onEmail?: (email: string) => void;
  readonly autocomplete: "new-password" | "current-password";
}

export function CredentialFields(props: Props) {
  const { email, onEmail, password, onPassword, messageFor, autocomplete } = props;
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
    </>
  );
}
