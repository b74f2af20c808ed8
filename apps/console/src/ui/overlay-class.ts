export const popoverClass =
  "overlay-in rounded-lg border border-hairline bg-ground text-text shadow-overlay outline-none";
export const menuItemClass =
  "flex min-h-8 items-center gap-2 rounded-md px-2 text-base outline-none data-focused:bg-hover data-selected:font-medium data-disabled:opacity-50 cursor-default";
