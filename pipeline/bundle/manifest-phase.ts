export type Phase = "expand" | "contract";
