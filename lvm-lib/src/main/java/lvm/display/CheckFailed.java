package lvm.display;

/** Thrown when a check of an exercise does not hold; the message says what was found, and may hint at what to look at. */
public final class CheckFailed extends AssertionError {
    private static final long serialVersionUID = 1;

    CheckFailed(String message) {
        super(message);
    }
}
