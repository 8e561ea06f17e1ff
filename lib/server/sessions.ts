import { createHmac, randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { z } from "zod";
import type { PrismaClient } from "@/prisma/client/client";
import { isDatabaseAway } from "./database-away";

const derive = promisify<string, Buffer, number, Buffer>(scrypt);

export const sessionCookie = "hopwatch_session";
/** How long a login lasts. */
export const sessionSeconds = 7 * 86_400;

const storedPassword = z.object({ salt: z.string(), hash: z.string() });
const settingKey = "password";

/**
 * The one password of this installation, and the signed cookies of who gave it. The password is stored as its scrypt
 * hash; the signature covers that hash, so that a new password ends every login.
 */
export class Sessions {
  readonly #prisma: PrismaClient;
  readonly #secret: Uint8Array;
  readonly #clock: () => number;
  #stored: z.infer<typeof storedPassword> | null | undefined;
  #readAt = Number.NEGATIVE_INFINITY;
  /** Wrong passwords by address, and when the next may be tried. */
  readonly #failures = new Map<string, { count: number; nextAt: number }>();

  constructor(prisma: PrismaClient, secret: Uint8Array, clock: () => number) {
    this.#prisma = prisma;
    this.#secret = secret;
    this.#clock = clock;
  }

  async #password(): Promise<z.infer<typeof storedPassword> | null> {
    if (this.#stored === undefined || this.#clock() - this.#readAt > 15_000) {
      try {
        const row = await this.#prisma.setting.findUnique({ where: { key: settingKey } });
        this.#stored = row ? storedPassword.parse(row.value) : null;
        this.#readAt = this.#clock();
      } catch (error) {
        // Who is logged in stays so while the database is away, and is told that it is.
        if (this.#stored === undefined || !isDatabaseAway(error)) throw error;
      }
    }
    return this.#stored;
  }

  /** Is there a password to log in with at all? */
  async hasPassword(): Promise<boolean> {
    return (await this.#password()) !== null;
  }

  async isPassword(given: string): Promise<boolean> {
    const stored = await this.#password();
    // Derived also when there is none, so that the answer's time does not tell.
    const salt = Buffer.from(stored?.salt ?? "00", "hex");
    const hash = await derive(given, salt, 32);
    return stored !== null && timingSafeEqual(hash, Buffer.from(stored.hash, "hex"));
  }

  /**
   * The cookie of a new login, or the seconds to wait before the next try, or null for a wrong password. After five
   * wrong ones from an address each further try must wait twice as long, up to a minute.
   */
  async logIn(
    password: string,
    address: string,
  ): Promise<{ cookie: string } | { waitSeconds: number } | null> {
    const now = this.#clock();
    const failed = this.#failures.get(address) ?? { count: 0, nextAt: 0 };
    if (failed.nextAt > now) return { waitSeconds: Math.ceil((failed.nextAt - now) / 1000) };
    // Counted before the answer is known, so that tries at the same time count as well.
    const count = failed.count + 1;
    const waitMs = count < 5 ? 0 : Math.min(60_000, 1000 * 2 ** (count - 5));
    if (this.#failures.size > 10_000) this.#failures.clear();
    this.#failures.set(address, { count, nextAt: now + waitMs });
    if (!(await this.isPassword(password))) return null;
    this.#failures.delete(address);
    return { cookie: await this.issue() };
  }

  async setPassword(password: string): Promise<void> {
    if (await this.isPassword(password)) return;
    const salt = randomBytes(16);
    const hash = await derive(password, salt, 32);
    const value = { salt: salt.toString("hex"), hash: hash.toString("hex") };
    await this.#prisma.setting.upsert({
      where: { key: settingKey },
      create: { key: settingKey, value },
      update: { value },
    });
    this.#stored = value;
  }

  #sign(expires: string, passwordHash: string): Buffer {
    return createHmac("sha256", this.#secret).update(`login:${expires}:${passwordHash}`).digest();
  }

  /** The value of a new login's cookie. */
  async issue(): Promise<string> {
    const stored = await this.#password();
    if (!stored) throw new Error("No password is set");
    const expires = String(Math.floor(this.#clock() / 1000) + sessionSeconds);
    return `${expires}.${this.#sign(expires, stored.hash).toString("base64url")}`;
  }

  async isValid(cookie: string): Promise<boolean> {
    const [expires = "", signature = ""] = cookie.split(".");
    const stored = await this.#password();
    if (!stored || !/^\d{1,12}$/.test(expires)) return false;
    const given = Buffer.from(signature, "base64url");
    const right = this.#sign(expires, stored.hash);
    if (given.length !== right.length || !timingSafeEqual(given, right)) return false;
    return Number(expires) * 1000 > this.#clock();
  }
}
