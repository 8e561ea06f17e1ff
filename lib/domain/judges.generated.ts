// Made by lib/server/cause-list.mjs from the files of causes/; not kept in version control.
import * as clientIpChange from "./causes/client-ip-change";
import * as concurrentStart from "./causes/concurrent-start";
import * as cookieExpired from "./causes/cookie-expired";
import * as cookieInvalid from "./causes/cookie-invalid";
import * as cookieNotSent from "./causes/cookie-not-sent";
import * as cookieNotSet from "./causes/cookie-not-set";
import * as drain from "./causes/drain";
import * as failover from "./causes/failover";
import * as healthFlap from "./causes/health-flap";
import * as lbDisagreement from "./causes/lb-disagreement";
import * as noAffinity from "./causes/no-affinity";
import * as poolChange from "./causes/pool-change";
import * as retry from "./causes/retry";
import * as websocketUpgrade from "./causes/websocket-upgrade";

/** The judge of each cause that has one. */
export const judges = [clientIpChange, concurrentStart, cookieExpired, cookieInvalid, cookieNotSent, cookieNotSet, drain, failover, healthFlap, lbDisagreement, noAffinity, poolChange, retry, websocketUpgrade];
