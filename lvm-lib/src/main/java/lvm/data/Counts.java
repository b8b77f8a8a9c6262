package lvm.data;

/** How many numbers, rows and columns there must be. */
final class Counts {
    private Counts() {}

    static void requireSome(String where, int n, int least) {
        if (n < least) {
            throw new IllegalArgumentException(where + ": " + n + " numbers, expected at least " + least);
        }
    }

    static void requireEqual(String where, int a, int b) {
        if (a != b) {
            throw new IllegalArgumentException(where + ": " + a + " and " + b + ", expected as many");
        }
    }

    static void requirePlace(String where, String what, int at, int count) {
        if (at < 0 || at >= count) {
            throw new IllegalArgumentException(where + ": " + what + " " + at + ", expected 0 to " + (count - 1));
        }
    }
}
