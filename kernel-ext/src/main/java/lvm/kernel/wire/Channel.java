package lvm.kernel.wire;

/** The channels on which the kernel sends. */
public enum Channel {
    /** Replies to requests. */
    SHELL,
    /** Replies to requests that do not wait for cells. */
    CONTROL,
    /** Questions to the user. */
    STDIN,
    /** Output for all front ends. */
    IOPUB
}
