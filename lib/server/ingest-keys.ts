import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { Problem } from "@/lib/domain/problem";
import type { IngestKey, NewIngestKey } from "@/lib/schemas/settings";
import type { PrismaClient } from "@/prisma/client/client";

export interface IngestKeyHolder {
  id: number;
  name: string;
}

interface KnownKey extends IngestKeyHolder {
  hash: Buffer;
}

/** A key that nobody guesses. */
export function randomKey(): string {
  return `hw_${randomBytes(24).toString("base64url")}`;
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
  /** Hashes of the keys that the start gave. */
  readonly #given = new Set<string>();

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
    this.#given.add(hash);
    this.forget();
  }

  /** The keys that are accepted, the oldest first. */
  async list(): Promise<IngestKey[]> {
    const rows = await this.#prisma.ingestKey.findMany({
      where: { revokedAt: null },
      orderBy: { id: "asc" },
    });
    return rows.map((row) => this.#told(row));
  }

  /** Makes a key under this name; it is accepted at once here, within seconds by other processes. */
  async make(name: string): Promise<NewIngestKey> {
    const key = randomKey();
    const row = await this.#prisma.ingestKey.create({
      data: { name, hash: hashKey(key).toString("hex"), hint: key.slice(-4) },
    });
    this.forget();
    return { ...this.#told(row), key };
  }

  /**
   * From now on the key is refused, within 15 s by other processes too.
   * @throws {Problem} 404 when there is no such key, 409 for one that the next start would give again.
   */
  async revoke(id: number): Promise<void> {
    const row = await this.#prisma.ingestKey.findFirst({ where: { id, revokedAt: null } });
    if (!row) throw new Problem(404, "Key not found", `No key with the id ${id} is accepted`);
    if (this.#given.has(row.hash))
      throw new Problem(
        409,
        "The key is given at start",
        "Set HOPWATCH_INGEST_KEY to another one and start again, then revoke this one",
      );
    await this.#prisma.ingestKey.update({
      where: { id },
      data: { revokedAt: new Date(this.#clock()) },
    });
    this.forget();
  }

  #told({
    hash,
    createdAt,
    ...row
  }: {
    id: number;
    name: string;
    hint: string;
    hash: string;
    createdAt: Date;
  }): IngestKey {
    const { id, name, hint } = row;
    return { id, name, hint, createdAt: createdAt.toISOString(), given: this.#given.has(hash) };
  }

  /** Reads the keys again at the next call, as after a change. */
  forget(): void {
    this.#readAt = Number.NEGATIVE_INFINITY;
  }
}
