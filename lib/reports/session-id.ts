import { asUuid } from "@/lib/domain/session-key";

/** The hashes that begin with some hex digits: from, to, both included. */
export interface HashRange {
  from: string;
  to: string;
}

/**
 * The hashes that a session's public id names: 16 hex digits, or all 32 with
 * or without dashes. Null for anything else.
 */
export function hashesOf(id: string): HashRange | null {
  const hex = hexOf(id);
  return hex.length === 16 || hex.length === 32 ? rangeOf(hex) : null;
}

/** The hashes that begin as someone who searches has written, from 4 digits on. */
export function hashesLike(text: string): HashRange | null {
  const hex = hexOf(text);
  return hex.length >= 4 && hex.length <= 32 ? rangeOf(hex) : null;
}

function hexOf(text: string): string {
  const plain = text.trim().toLowerCase();
  const dashed = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(plain);
  const hex = dashed ? plain.replaceAll("-", "") : plain;
  return /^[0-9a-f]+$/.test(hex) ? hex : "";
}

function rangeOf(hex: string): HashRange {
  return { from: asUuid(hex.padEnd(32, "0")), to: asUuid(hex.padEnd(32, "f")) };
}
