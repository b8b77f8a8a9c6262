package lvm.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.function.Executable;

/** What is said of bad input. */
public final class Messages {
    private Messages() {}

    static void assertMessage(String expected, Executable executable) {
        assertEquals(
                expected,
                assertThrows(IllegalArgumentException.class, executable).getMessage());
    }

    /** A message that has a part, beside names of files. */
    public static void assertSaid(String part, Executable executable) {
        String message =
                assertThrows(IllegalArgumentException.class, executable).getMessage();
        assertTrue(message.contains(part), message);
    }
}
