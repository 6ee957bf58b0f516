/** The checks of each exercise. A new exercise is one line here and one entry in the catalogue. */
import type { Checks } from './kit/check.ts'
import { checks as echo } from '../1-tcp/1-echo/check.ts'
import { checks as frames } from '../1-tcp/2-frames/check.ts'
import { checks as room } from '../1-tcp/3-room/check.ts'
import { checks as limits } from '../1-tcp/4-limits/check.ts'
import { checks as pool } from '../1-tcp/5-pool/check.ts'
import { checks as backpressure } from '../1-tcp/6-backpressure/check.ts'
import { checks as udp } from '../1-tcp/7-udp/check.ts'
import { checks as libp2pEcho } from '../1-tcp/8-libp2p-echo/check.ts'

export const CHECKS: Readonly<Record<string, Checks>> = {
  '1.1': echo,
  '1.2': frames,
  '1.3': room,
  '1.4': limits,
  '1.5': pool,
  '1.6': backpressure,
  '1.7': udp,
  '1.8': libp2pEcho,
}
