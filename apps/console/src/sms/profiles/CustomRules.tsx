import { ApiError } from "@breakwater/client";
import type { Profile } from "@breakwater/protocol";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useDenied } from "../../accounts/session.tsx";
import { plural } from "../../lib/format-number.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorCallout } from "../../ui/ErrorCallout.tsx";
import { TextArea } from "../../ui/fields.tsx";
import { useToast } from "../../ui/Toasts.tsx";
import { sms } from "../client.ts";
import { RuleProblems } from "./RuleProblems.tsx";

/** Own Suricata rules of a profile, checked by the server when saved. */
export function CustomRules({ profile }: { profile: Profile }) {
  const queries = useQueryClient();
  const toast = useToast();
  const denied = useDenied("profiles:write");
  const [base, setBase] = useState({ rules: profile.customRules, version: profile.version });
  const [text, setText] = useState(profile.customRules);
  const dirty = text !== base.rules;
  // Nothing typed: follow what is on the server.
  if (!dirty && (profile.customRules !== base.rules || profile.version !== base.version)) {
    setBase({ rules: profile.customRules, version: profile.version });
    setText(profile.customRules);
  }
  const save = useMutation({
    mutationFn: () =>
      sms("PUT /api/v1/profiles/{id}/custom-rules", {
        params: { id: profile.id },
        body: { version: base.version, rules: text },
      }),
    onSuccess: (saved) => {
      setBase({ rules: saved.customRules, version: saved.version });
      setText(saved.customRules);
      queries.setQueryData(["GET /api/v1/profiles/{id}", { params: { id: profile.id } }], saved);
      void queries.invalidateQueries({ queryKey: ["GET /api/v1/overview"] });
      toast("Rules saved. In force after the next distribution.");
    },
  });
  const count = text.split("\n").filter((line) => /^\s*\w/.test(line)).length;
  const problems = save.error instanceof ApiError ? save.error.details : [];
  return (
    <div className="flex flex-col gap-3">
      <TextArea
        label="Own Suricata rules"
        mono
        rows={18}
        value={text}
        onChange={(next) => {
          setText(next);
          save.reset();
        }}
        isDisabled={denied !== undefined}
        description={`One rule per line; # starts a comment. ${plural(count, "rule")}. The server tests them with Suricata before it saves.`}
      />
      {problems.length > 0 ? (
        <RuleProblems message={save.error?.message ?? ""} problems={problems} />
      ) : (
        <ErrorCallout error={save.error} />
      )}
      <div className="flex gap-2">
        <Button
          variant="primary"
          onPress={() => save.mutate()}
          isPending={save.isPending}
          disabledReason={denied ?? (!dirty && "Nothing has changed")}
        >
          Save rules
        </Button>
        {dirty && (
          <Button
            onPress={() => {
              setText(base.rules);
              save.reset();
            }}
          >
            Discard changes
          </Button>
        )}
      </div>
    </div>
  );
}
