import { useMutation } from "@tanstack/react-query";
import { saveFile } from "../../ui/save-file.ts";
import { sms } from "../client.ts";

/** The user-defined categories as a file, for another SMS. */
export function useExportCategories() {
  return useMutation({
    mutationFn: (format: "xml" | "json") =>
      sms("GET /api/v1/reputation/tag-categories/export", { query: { format } }),
    onSuccess: ({ filename, content }) => saveFile(filename, content),
  });
}
