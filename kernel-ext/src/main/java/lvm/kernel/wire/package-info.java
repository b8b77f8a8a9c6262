/**
 * The Jupyter protocol: messages, and the sockets that carry them.
 *
 * <ul>
 *   <li>{@link lvm.kernel.wire.ConnectionFile}: addresses and key, from the file that the front end writes.
 *   <li>{@link lvm.kernel.wire.Message}: one message; {@link lvm.kernel.wire.Codec} makes messages, turns them into signed
 *       frames and checks those that come; {@link lvm.kernel.wire.CodePoints} converts cursor positions.
 *   <li>{@link lvm.kernel.wire.Outbox}: the messages that wait to be sent, in order. Every thread of the kernel and of cells
 *       adds to it, one takes from it.
 *   <li>{@link lvm.kernel.wire.Connection}: the five sockets of a kernel, one for each {@link lvm.kernel.wire.Channel} and
 *       the heartbeat. {@code Endpoint} is one socket, {@code Peer} one client of it, in ZMTP 3.0.
 * </ul>
 *
 * <p>Nothing here knows of cells. No message is lost or torn when a cell interrupts a thread or fills the memory.
 */
package lvm.kernel.wire;
