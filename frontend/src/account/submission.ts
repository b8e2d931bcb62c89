import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

export interface Submission {
  /** Why the last attempt failed. */
  readonly problem: string | undefined;
  readonly isBusy: boolean;
  readonly submit: (event: Event) => Promise<void>;
}

/** What a form does when it is sent: once at a time, and after a refusal the focus goes to the field that it is about. */
export function useSubmission(
  form: RefObject<HTMLFormElement | null>,
  send: () => Promise<void>,
): Submission {
  const [problem, setProblem] = useState<{ readonly message: string }>();
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
      await send();
    } catch (error) {
      setProblem({ message: (error as Error).message });
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return { problem: problem?.message, isBusy, submit };
}
