import { createHash, timingSafeEqual } from "node:crypto";
import type { PrismaClient } from "@/prisma/client/client";

export interface IngestKeyHolder {
  id: number;
  name: string;
}

interface KnownKey extends IngestKeyHolder {
  hash: Buffer;
}

/** How long a key that was revoked elsewhere may still be taken. */
const keepMs = 15_000;

export function hashKey(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}

/** The keys that may send facts. Only their SHA-256 is stored; a key is random, so that needs no salt. */
export class IngestKeys {
  readonly #prisma: PrismaClient;
  readonly #clock: () => number;
  #known: KnownKey[] = [];
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(prisma: PrismaClient, clock: () => number) {
    this.#prisma = prisma;
    this.#clock = clock;
  }

  async #keys(): Promise<KnownKey[]> {
    if (this.#clock() - this.#readAt < keepMs) return this.#known;
    const rows = await this.#prisma.ingestKey.findMany({ where: { revokedAt: null } });
    this.#known = rows.map(({ id, name, hash }) => ({ id, name, hash: Buffer.from(hash, "hex") }));
    this.#readAt = this.#clock();
    return this.#known;
  }

  /** Whose key this is; null when it is nobody's. Takes the same time for any wrong key. */
  async verify(key: string): Promise<IngestKeyHolder | null> {
    const hash = hashKey(key);
    let found: KnownKey | null = null;
    for (const known of await this.#keys()) {
      if (known.hash.length === hash.length && timingSafeEqual(known.hash, hash)) found = known;
    }
    return found && { id: found.id, name: found.name };
  }

  /** Sees to it that this key is accepted under this name. */
  async admit(name: string, key: string): Promise<void> {
    const hash = hashKey(key).toString("hex");
    await this.#prisma.ingestKey.upsert({
      where: { hash },
      create: { name, hash, hint: key.slice(-4) },
      update: { revokedAt: null },
    });
    this.forget();
  }

  /** Reads the keys again at the next call, as after a change. */
  forget(): void {
    this.#readAt = Number.NEGATIVE_INFINITY;
  }
}
