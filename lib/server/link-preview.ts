import type { Metadata } from "next";
import { headers } from "next/headers";
import { Problem } from "@/lib/domain/problem";
import { alertPreview, type Preview, previewSize, timelinePreview } from "@/lib/reports/previews";
import { snapshot } from "@/lib/reports/snapshots";
import { timeline } from "@/lib/reports/timeline";
import { timelineQuery } from "@/lib/schemas/results";
import { readAlert } from "./alerts";
import { isDatabaseAway } from "./database-away";
import { publicUrl } from "./public-url";
import { runtime } from "./runtime";

export const previewKinds = ["session", "snapshot", "alert"] as const;
export type PreviewKind = (typeof previewKinds)[number];

/** @throws {Problem} 404 when there is nothing of this id. */
export async function previewOf(kind: PreviewKind, id: string): Promise<Preview> {
  const { pool: db } = runtime();
  switch (kind) {
    case "session":
      return timelinePreview(await timeline(db, id, timelineQuery.parse({}), Date.now()));
    case "snapshot":
      return timelinePreview((await snapshot(db, id)).timeline);
    case "alert":
      return alertPreview(await readAlert(id));
  }
}

/** A page's title and what a chat shows of its link. */
export async function linkMetadata(
  title: string,
  kind: PreviewKind,
  id: string,
  preview: Preview | null,
): Promise<Metadata> {
  if (preview === null) return { title };
  const base = publicUrl(await headers());
  const url = `${base}/preview/${kind}/${encodeURIComponent(id)}`;
  return {
    title,
    description: preview.description,
    openGraph: {
      type: "article",
      siteName: "Hopwatch",
      title: preview.title,
      description: preview.description,
      images: [{ url, ...previewSize, type: "image/png", alt: preview.title }],
    },
    twitter: {
      card: "summary_large_image",
      title: preview.title,
      description: preview.description,
      images: [url],
    },
  };
}

/** The preview, or null where there is nothing of this id or the database is away: the page itself says so. */
export async function previewOrNull(read: () => Promise<Preview>): Promise<Preview | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Error && (error.name === "Problem" || isDatabaseAway(error))) return null;
    throw error;
  }
}

/** Which link a path of ours is, for the login page that stands in its place. */
export function linkedThing(path: string): { kind: PreviewKind; id: string } | null {
  const match = /^\/(sessions|s|alerts)\/([\w.-]{4,64})(?:[?#]|$)/.exec(path);
  const [, room, id] = match ?? [];
  if (id === undefined) return null;
  return { kind: room === "sessions" ? "session" : room === "s" ? "snapshot" : "alert", id };
}

/** @throws {Problem} 404 */
export function previewKind(name: string): PreviewKind {
  const kind = previewKinds.find((known) => known === name);
  if (!kind) throw new Problem(404, "Not Found", `A preview is of ${previewKinds.join(", ")}`);
  return kind;
}
