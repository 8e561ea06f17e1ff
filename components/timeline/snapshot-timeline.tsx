"use client";

import { useMemo } from "react";
import { CopyLink } from "@/components/shell/copy-link";
import { Icon } from "@/components/ui/icon";
import Link from "@/components/ui/link";
import { Time } from "@/components/ui/time";
import { unpackData } from "@/lib/browser/packed-data";
import { snapshotSchema } from "@/lib/schemas/results";
import { ExportMenu } from "./export-menu";
import { TimelineView } from "./timeline-view";

/**
 * A timeline as it was when it was pinned; nothing in it moves any more.
 *
 * @param packed the snapshot, as `packData` makes it
 */
export function SnapshotTimeline({ packed }: { packed: unknown }) {
  const snapshot = useMemo(() => snapshotSchema.parse(unpackData(packed)), [packed]);
  const { timeline, createdAt, note, id } = snapshot;
  return (
    <TimelineView
      timeline={timeline}
      frozenAt={createdAt}
      actions={
        <>
          <CopyLink ranged={false} />
          <ExportMenu path={`/snapshots/${id}`} />
        </>
      }
      notice={
        <div className="banner accent tl-notice">
          <Icon name="pin" />
          <span>
            <b>Pinned snapshot</b> of <Time at={createdAt} day="always" />.{note ? ` ${note}` : ""}
          </span>
          <Link className="link ml-auto flex-none" href={`/sessions/${timeline.session.id}`}>
            See the live session
          </Link>
        </div>
      }
    />
  );
}
