//! Every number of the model of lines, in one place: they are fitted so that transfers take as long as in the `quic` engine, within a fifth.

/// Bytes of one full packet's payload. Source: the smallest datagram that every path carries, less the headers of QUIC.
pub const PACKET_BYTES: u64 = 1_200;
/// Bytes that a packet costs beyond its payload: IP, UDP, QUIC and its share of acknowledgements. Source: prototype, 1,200-byte packets.
pub const PACKET_OVERHEAD_BYTES: u64 = 60;
/// Bytes that a frame costs beyond itself: its length prefix and the stream's header.
pub const FRAME_OVERHEAD_BYTES: u64 = 12;
/// Thousandths of the line's rate that a sender reaches. Source: 442 to 462 of 512 kbit/s measured with either congestion control.
pub const PACE_PERMILLE: u64 = 900;
/// Thousandths of MSS / (RTT * sqrt(p)) that Cubic's windows come to under loss. Source: Mathis' formula, fitted to the grid.
pub const MATHIS_PERMILLE: u64 = 2_050;
/// Thousandths of a window's own time on the line by which a round under loss is longer than a round trip. Source: fitted, 512k and 2M.
pub const ROUND_OWN_PERMILLE: u64 = 500;
/// Thousandths of a round trip that one round of recovery takes. Source: QUIC's time threshold of 9/8.
pub const ROUND_RTT_PERMILLE: u64 = 1_125;
/// Rounds of recovery after which a frame gets through whatever the stream says: a bound, not a measurement.
pub const ROUNDS_MAX: u32 = 40;
/// Payload in flight that a new connection begins with; it doubles each round trip. Source: quinn lets nine of its ten first packets go.
pub const WINDOW_FIRST_BYTES: u64 = 10_400;
/// Payload in flight after a silence on a line that loses packets. Source: one packet measured, with Cubic, after five minutes at 5 %.
pub const WINDOW_LEAST_BYTES: u64 = 1_160;
/// Milliseconds of such a silence. Source: estimate, three signs of life.
pub const WINDOW_FALLS_MS: u64 = 60_000;
/// Thousandths of a round trip from the first packet to a usable connection. Source: 0.340 s measured at 300 ms.
pub const HANDSHAKE_RTT_PERMILLE: u64 = 1_100;
/// Bytes of a handshake towards the listener: padded initials and the dialler's certificate. Source: estimate, to be fitted.
pub const HANDSHAKE_UP_BYTES: u64 = 3_600;
/// Bytes of a handshake towards the dialler: padded initials and the listener's certificate. Source: estimate, to be fitted.
pub const HANDSHAKE_DOWN_BYTES: u64 = 3_900;
/// Bytes that a dial without an answer costs: one initial, then two at each of five time-outs. Source: `quic`, bytes by dials in a county
/// whose lines are down for weeks.
pub const DIAL_TRY_BYTES: u64 = 11 * (PACKET_BYTES + 28);
/// Milliseconds until a dial without an answer counts as failed; the runtime's patience is 45 s.
pub const DIAL_MS: u64 = 5_000;
/// Milliseconds between signs of life on a connection that says nothing. Source: the daemons' setting.
pub const KEEP_ALIVE_MS: u64 = 20_000;
/// Bytes of one such sign and of its acknowledgement, each way.
pub const KEEP_ALIVE_BYTES: u64 = 70;
/// Milliseconds of silence after which an end calls its connection gone. Source: the daemons' setting.
pub const SILENCE_MS: u64 = 60_000;
/// Bytes that a sender takes off the node's hands at once when the line is free: they are in the socket.
pub const SOCKET_BYTES: u64 = 4_096;
