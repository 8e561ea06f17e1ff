"use client";

import { useQuery } from "@tanstack/react-query";
import { CopyLink } from "@/components/shell/copy-link";
import { ButtonLink } from "@/components/ui/button";
import { Empty, Failed, SkeletonRows } from "@/components/ui/states";
import { AskError } from "@/lib/browser/ask";
import { useCarriedHref } from "@/lib/browser/page-state";
import { timelineOptions } from "@/lib/browser/queries/timeline";
import { ExportMenu } from "./export-menu";
import { LiveToggle } from "./live-toggle";
import { PinButton } from "./pin-button";
import { TimelineView } from "./timeline-view";

/** A living session: new requests appear as they come in. */
export function SessionTimeline({ id }: { id: string }) {
  const question = useQuery(timelineOptions(id));
  const href = useCarriedHref();
  if (question.data)
    return (
      <TimelineView
        timeline={question.data}
        actions={
          <>
            <LiveToggle />
            <CopyLink ranged={false} follows />
            <ExportMenu path={`/sessions/${question.data.session.id}`} />
            <PinButton id={question.data.session.id} />
          </>
        }
      />
    );
  if (question.error instanceof AskError && question.error.status === 404)
    return (
      <Empty
        title="This session is not known here"
        actions={
          <ButtonLink icon="sessions" href={href("/sessions", { from: null, to: null })}>
            All sessions
          </ButtonLink>
        }
      >
        Its requests may be older than what is kept, or the link is not complete. Press / to look a
        session ID, a correlation ID or an address up.
      </Empty>
    );
  if (question.error)
    return (
      <Failed what="the session" error={question.error} retry={() => void question.refetch()} />
    );
  return <SkeletonRows rows={12} what="the session" />;
}
