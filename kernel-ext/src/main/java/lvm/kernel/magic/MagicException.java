package lvm.kernel.magic;

/** A magic that cannot do what it was asked for; the message says why. */
final class MagicException extends Exception {
    private static final long serialVersionUID = 1;

    MagicException(String message) {
        super(message);
    }
}
