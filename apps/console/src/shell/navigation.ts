import type { Permission } from "@breakwater/protocol";
import type { ComponentType } from "react";

/** One page of the navigation and its way there. */
export type AppRoute = {
  path: string;
  label: string;
  icon: ComponentType<{ size?: number; className?: string }>;
  /** Second key after `g`. */
  key: string;
  requires: Permission;
  group: "main" | "reputation" | "administration";
};
